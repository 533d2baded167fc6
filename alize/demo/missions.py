"""What happens to a mission in the demonstration: helpers, a pause, a stop, what is said of it."""

from support.models import Feedback, PersonalLink


def rests(world, row, date):
    """Whether the mission of `row` is planned to be paused, or stopped, on `date`."""
    if "stopped" in row and date > world.day(row["stopped"][0]):
        return True
    if "paused" not in row:
        return False
    first, last, _reason = row["paused"]
    return world.day(first) <= date and (not last or date < world.day(last))


def plan_life(world, mission, row, by):
    day = world.day
    mission.others.set(world.experts[name] for name in row.get("helpers", []))
    if "paused" in row:
        first, last, reason = row["paused"]
        world.on(day(first), mission.pause, on=day(first), reason=reason, by=by)
        if last:
            world.on(day(last), mission.resume, on=day(last))
    if "stopped" in row:
        on, reason = row["stopped"]
        world.on(day(on), mission.stop, on=day(on), reason=reason)
    if "report" in row:
        on, text = row["report"]
        world.on(day(on), mission.write_report, text, on=day(on))
    for side, grades in row.get("opinions", {}).items():
        named = {f"grade{n}": grade for n, grade in enumerate(grades, 1)}
        world.on(mission.ends_on, Feedback.objects.create, mission=mission, side=side, **named)
    if by and mission.starts_on <= world.today <= mission.ends_on and mission.expert.email:
        PersonalLink.give(mission, PersonalLink.Purpose.LOG, mission.expert, by=by)
