"""`manage.py load_naf`: the official NAF rév. 2 codes, and the first skills."""

from django.core.management.base import BaseCommand

from companies.reference import add_first_skills, naf_codes
from territories.reference import upsert


class Command(BaseCommand):
    help = "Loads or refreshes the NAF codes, and adds the first skills."

    def handle(self, **options):
        codes = naf_codes()
        upsert(codes)
        add_first_skills()
        self.stdout.write(f"  codes NAF : {len(codes)}")
