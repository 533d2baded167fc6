"""Yearly statements of the demonstration: those of the year before last left; last year's wait."""

from datetime import date

from reports.statements import StatementsOfYear, drafted


def plan_yearly_statements(world):
    year = world.today.year - 2
    on = world.weekdays(date(year + 1, 1, 20), date(year + 1, 1, 31))[0]
    for antenna in world.antennas.values():
        world.on(on, send, world, antenna, year, on)


def send(world, antenna, year, on):
    by = world.coordinator_of(antenna)
    for row in StatementsOfYear(antenna, year).reachable if by else []:
        drafted(row.sponsor, antenna, year, on=on, by=by).save()
