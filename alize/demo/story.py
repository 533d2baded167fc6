"""What happened, told in the order of the days, as it was lived: each event calls a real verb."""

import re
from calendar import monthrange
from datetime import date, timedelta
from heapq import heappop, heappush
from itertools import count

from conventions.schedule import add_months

RELATIVE = re.compile(r"([+-]\d+)(?:(d)|m(?:/(\d\d))?)")


def parse_day(value: date | str, today: date) -> date:
    """A day of the data file: a date, or its distance from today.

    `-20d` twenty days ago; `-14m` fourteen months ago; `-14m/01` the first of the month, fourteen
    months ago. Distances that fall on a week-end mean the Friday before, except with `/01`.
    """
    if isinstance(value, date):
        return value
    match = RELATIVE.fullmatch(value)
    if not match:
        raise ValueError(f"{value!r} is not a day of the demonstration")
    number, is_days, day_of_month = match.groups()
    distance = int(number)
    day = today + timedelta(days=distance) if is_days else add_months(today, distance)
    if day_of_month:
        return day.replace(day=min(int(day_of_month), monthrange(day.year, day.month)[1]))
    return day - timedelta(days=max(day.weekday() - 4, 0))


class Story:
    """Events to come, the earliest first; an event may add later ones."""

    def __init__(self):
        self._events = []
        self._numbers = count()

    def on(self, day, tell, *args, **kwargs):
        """Plan an event; on the same day, events keep the order in which they were planned."""
        heappush(self._events, (day, next(self._numbers), lambda: tell(*args, **kwargs)))

    def replay(self, report=lambda day, done: None):
        """Let everything happen. `report` is told each day and how many events are done."""
        done = 0
        while self._events:
            day, _number, tell = heappop(self._events)
            try:
                tell()
            except Exception as error:
                error.add_note(f"Demonstration data, event of {day:%d/%m/%Y}")
                raise
            done += 1
            report(day, done)
        return done
