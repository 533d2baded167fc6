"""What companies that are late were told: letters by post, a formal notice, nothing yet."""

from datetime import timedelta

from support.late import late_on, lateness_of
from support.models import Aid
from support.reminders import propose, send

AFTER = [33, 64, 92]  # days late when a letter goes to the post
LETTERS = [3, 1]  # of the two oldest; the others wait for their first


def plan_reminders(world):
    world.on(world.today, remind, world)


def remind(world):
    for antenna in world.antennas.values():
        by = world.coordinator_of(antenna)
        aids = Aid.objects.filter(decision__application__convention__antenna=antenna)
        found = late_on(aids, world.today) if by else []
        for late, letters in zip(found, LETTERS, strict=False):
            for days in AFTER[:letters]:
                day = late.since + timedelta(days=days)
                if day <= world.today:
                    post_on(world.weekdays(day - timedelta(days=2), day)[-1], late.aid, by)


def post_on(day, aid, by):
    [late] = lateness_of([aid], day)
    proposal = propose(late, by=by)
    texts = {"subject": proposal.subject, "body": proposal.body}
    send(late, contact=proposal.contact, **texts, by=by, by_post=True)
