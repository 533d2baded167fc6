"""What is late on a day, what companies were told of it, and what to tell them next."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from operator import attrgetter

from support.ageing import Ages, LateInstalment, age_of, by_age, late_instalments
from support.models import Aid, Reminder, ReminderKind, ReminderStep


@dataclass
class Lateness:
    """How late an advance is at the end of the day `on`, and its reminders until then."""

    aid: Aid
    on: date
    instalments: list[LateInstalment]  # the oldest first; none when nothing is late
    steps: list[ReminderStep]
    reminders: list[Reminder]  # in the order in which they left

    @cached_property
    def late(self):
        """Euros late."""
        return sum((line.left for line in self.instalments), Decimal(0))

    @property
    def outstanding(self):
        """Euros still to be paid back at the end of the day, what is not due yet included."""
        return self.aid.outstanding_on(self.on)

    @cached_property
    def ages(self):
        return by_age(self.instalments, self.on)

    @property
    def since(self):
        """The day on which the oldest of what is late was due; None when nothing is."""
        return self.instalments[0].due_on if self.instalments else None

    @property
    def days(self):
        return self.instalments[0].days_late(self.on) if self.instalments else 0

    @property
    def age(self):
        """The age of the oldest of what is late."""
        return age_of(self.days)

    @property
    def last_reminder(self):
        return self.reminders[-1] if self.reminders else None

    @property
    def step(self):
        """The step to send now; None when there is none."""
        return next_step(self.steps, self.days, [each.step_days for each in self.already_sent])

    @property
    def already_sent(self):
        """Reminders about the oldest of what is late."""
        return [each for each in self.reminders if each.oldest_due_on == self.since]

    @property
    def summary(self):
        """A short text that changes when what is to be told does."""
        return f"{self.step and self.step.days} {self.since} {self.late}"

    @property
    def notice(self):
        """The last formal notice, as long as something it asked for is not paid back."""
        notices = [each for each in self.reminders if each.kind == ReminderKind.NOTICE]
        return notices[-1] if notices and self.since and self.since < notices[-1].sent_on else None

    @property
    def awaits_committee(self):
        """True once the delay of the formal notice is over: the committee can decide."""
        return bool(self.notice) and self.notice.answer_by < self.on


def next_step(steps: list[ReminderStep], days_late: int, sent: list[int]) -> ReminderStep | None:
    """The step to send about an instalment that is late by so many days.

    The last step that its lateness reached, unless that step or a later one, in days, is in `sent`:
    steps that time has overtaken are not sent after all. Another instalment starts anew.
    """
    reached = [step for step in steps if step.days <= days_late]
    latest = max(reached, key=lambda step: step.days, default=None)
    return latest if latest and latest.days > max(sent, default=0) else None


def lateness_of(aids: list[Aid], on: date) -> list[Lateness]:
    """How late each of these advances is, brought along by `with_money`; two queries for all."""
    return _lateness(aids, on, lambda aid: aid.late_on(on))


def late_on(aids, on: date) -> list[Lateness]:
    """Those of the queryset `aids` that are late on a day, the oldest first."""
    found = _lateness(list(aids.late_on(on).with_money()), on, attrgetter("arrears"))
    return sorted(found, key=lambda late: (late.since, -late.late, late.aid.pk))


def _lateness(aids, on, euros):
    steps = ReminderStep.objects.by_antenna() if aids else {}
    reminders = {}
    rows = Reminder.objects.filter(aid__in=aids, sent_on__lte=on)
    for reminder in rows.unprinted().defer("body", "pdf") if aids else ():
        reminders.setdefault(reminder.aid_id, []).append(reminder)
    return [
        Lateness(
            aid=aid,
            on=on,
            instalments=late_instalments(aid.schedule(on), euros(aid), on),
            steps=steps.get(aid.antenna.pk, steps.get(None, [])),
            reminders=reminders.get(aid.pk, []),
        )
        for aid in aids
    ]


def total_by_age(found: list[Lateness]) -> Ages:
    """Euros late of all of them, by age."""
    return sum((late.ages for late in found), Ages())
