"""`manage.py demo`: the demonstration data, once, and the accounts to look at it with."""

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from alize.demo.load import load
from alize.demo.national import load_national, read_national
from alize.demo.places import PASSWORD
from alize.demo.world import World, read_data
from committee.models import Application
from companies.models import Company
from support.models import Job, SkillDay
from territories.models import Antenna


class Command(BaseCommand):
    help = "Loads the demonstration data into an empty database, and prints its accounts."

    def add_arguments(self, parser):
        parser.add_argument(
            "--national",
            action="store_true",
            help="the whole network in early 2011, instead of the founding case and the present",
        )

    def handle(self, *, national, **options):
        if not settings.LOCAL:
            raise CommandError("Les données de démonstration ne se chargent qu’avec LOCAL=1.")
        data, picture = read_data(), read_national()
        if Antenna.objects.exists():
            self.stdout.write("Données de démonstration : déjà là, conservées telles quelles.")
        elif national:
            self._load_national(data, picture)
        else:
            self._load(data)
        self._print_accounts((picture if national else data["present"])["accounts"])
        if national:
            self.stdout.write(f"Le réseau d’alors : /reseau/?au={picture['on']}")

    def _load_national(self, data, picture):
        self._load_lists()
        self.stdout.write("Le réseau au début de 2011")
        with transaction.atomic():
            world = World(timezone.localdate(), picture["seed"])
            events = load_national(world, data["founding"], picture)
        self.stdout.write(f"  événements : {events}")
        self._print_rows()

    def _load(self, data):
        self._load_lists()
        with transaction.atomic():
            world = World(timezone.localdate(), data["seed"])
            for title, name in (
                ("Le cas fondateur, à partir de 2003", "founding"),
                ("Le présent (fictif)", "present"),
            ):
                self.stdout.write(title)
                events = load(world, data[name], report=self._progress)
                self.stdout.write(f"  événements : {events}")
        self._print_rows()

    def _load_lists(self):
        self.stdout.write("Listes officielles")
        call_command("load_communes", stdout=self.stdout)
        call_command("load_naf", stdout=self.stdout)

    def _print_rows(self):
        for name, rows in (
            ("entreprises", Company.objects),
            ("dossiers", Application.objects),
            ("journées de compétences", SkillDay.objects.standing()),
            ("emplois", Job.objects.standing()),
        ):
            self.stdout.write(f"  {name} : {rows.count()}")

    def _progress(self, day, done):
        if done % 10 == 0:
            self.stdout.write(f"  {day:%m/%Y} : {done}", ending="\r")
            self.stdout.flush()

    def _print_accounts(self, accounts):
        width = max(len(account["title"]) for account in accounts)
        self.stdout.write(f"Comptes de démonstration (mot de passe : {PASSWORD})")
        for account in accounts:
            self.stdout.write(f"  {account['title']:<{width}}  {account['email']}")
