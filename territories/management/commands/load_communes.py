"""`manage.py load_communes`: the official list of départements, EPCI and communes of 2026."""

from django.core.management.base import BaseCommand

from territories import reference


class Command(BaseCommand):
    help = "Loads or refreshes the official communes, EPCI and départements (2026)."

    def handle(self, **options):
        for name, rows in (
            ("départements", reference.departments()),
            ("intercommunalités", reference.epcis()),
            ("communes", reference.communes()),
        ):
            reference.upsert(rows, report=self._progress(name))

    def _progress(self, name):
        def report(done, total):
            end = "\n" if done == total else "\r"
            self.stdout.write(f"  {name} : {done} / {total}", ending=end)
            self.stdout.flush()

        return report
