"""What the demonstration has made so far, by the names that its data file uses."""

import tomllib
from datetime import date, timedelta
from pathlib import Path
from random import Random

from accounts.models import User
from alize.demo.story import Story, parse_day
from companies.models import Skill

DATA = Path(__file__).with_name("data.toml")


def read_data() -> dict:
    return tomllib.loads(DATA.read_text(encoding="utf-8"))


class World:
    """The rows made so far, a story of what is to happen, and a repeatable chance."""

    def __init__(self, today: date, seed: int):
        self.today = today
        self.random = Random(seed)
        self.story = Story()
        self.skills = Skill.objects.in_bulk(field_name="name")
        self.antennas = {}
        self.territories = {}
        self.committees = {}
        self.sponsors = {}
        self.experts = {}
        self.busy = set()  # (expert, day) on which a skill-day is planned
        self.companies = {}
        self.conventions = {}
        self.users = {}
        self.national = {}  # words that names of the national picture are made of

    def day(self, value) -> date | None:
        """A day of the data file, or None when it says nothing."""
        return None if value is None else parse_day(value, self.today)

    def on(self, day, tell, *args, **kwargs):
        self.story.on(day, tell, *args, **kwargs)

    def coordinator_of(self, antenna) -> User | None:
        """Who types what happens there; nobody in the past, before the accounts existed."""
        return self.users.get(f"coordinator {antenna.name}")

    def weekdays(self, first: date, last: date) -> list[date]:
        days = (first + timedelta(days=number) for number in range((last - first).days + 1))
        return [day for day in days if day.weekday() < 5]


def made(instance):
    """Check a row as a form would, then save it; the database itself refuses what is left."""
    instance.full_clean(validate_constraints=False)
    instance.save()
    return instance
