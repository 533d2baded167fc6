"""When an advance comes back: its schedule, and the requests for another one."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from conventions.schedule import Plan, add_months, versions
from support.models.hardship import Instalment, Rescheduling
from territories.dates import in_figures


class AidPlan:
    """The part of `AidMoney` that says when money is due."""

    @transaction.atomic
    def ask_rescheduling(
        self, kind, *, on, reason, first_due_on, instalments=None, frequency=None, by=None
    ):
        """Ask for another schedule of what is owed; a moratorium keeps number and rhythm."""
        self.lock()
        self._refuse_grant()
        self._refuse_before_payment("requested_on", on)
        owed = self.lowest_outstanding(on)
        if owed <= 0:
            raise ValidationError(_("Il ne reste rien à rembourser."), code="nothing_owed")
        if kind == Rescheduling.Kind.MORATORIUM:
            instalments, frequency = self.instalments_left(on), self.frequency_on(on)
        elif kind == Rescheduling.Kind.DEFAULT:
            first_due_on, instalments, frequency = on, 1, 1
        request = Rescheduling(
            aid=self,
            amount=owed,
            kind=kind,
            requested_on=on,
            reason=reason,
            first_due_on=first_due_on,
            instalments=instalments,
            frequency=frequency,
            created_by=by,
        )
        request.full_clean()
        if first_due_on < on:
            raise ValidationError(
                {"first_due_on": _("La première échéance suit la demande.")}, code="dates"
            )
        if kind == Rescheduling.Kind.MORATORIUM:
            self._refuse_sooner(first_due_on, on)
        request.save()
        return request

    def instalments_left(self, on):
        """How many instalments are not wholly settled at the end of `on`."""
        left, settled = 0, self.settled_on(on)
        for line in self.schedule(on):
            settled -= line.amount
            left += settled < 0
        return left

    def _refuse_sooner(self, first_due_on, on):
        """A moratorium puts off what is to come: it never brings it forward."""
        settled = self.settled_on(on)
        for line in self.schedule(on):
            settled -= line.amount
            if settled < 0 and first_due_on < line.due_on:
                raise ValidationError(
                    {
                        "first_due_on": _(
                            "L’échéancier en cours reprend plus tard, le %(day)s : un moratoire"
                            " repousse les échéances."
                        )
                        % {"day": in_figures(line.due_on)}
                    },
                    code="sooner",
                )
            if settled < 0 and line.due_on >= on:
                return

    def frequency_on(self, on):
        """Months between instalments in the schedule of `on`."""
        accorded = [each for each in self._reschedulings() if each.decided_on <= on]
        return accorded[-1].frequency if accorded else self.frequency

    def _reschedulings(self):
        rows = self.reschedulings.standing().filter(status=Rescheduling.Status.APPROVED)
        return list(rows.order_by("decided_on", "pk"))

    def replan(self):
        """Write again what is due, out of all that happened: every verb does, under its lock."""
        lines, until = [], None
        for since, instalments in reversed(self._versions().items()):
            lines += [(since, until, *line) for line in instalments]
            until = since
        fields = ("since", "until", "due_on", "amount")
        if set(lines) == set(self.plan.values_list(*fields)):
            return
        self.plan.all().delete()
        Instalment.objects.bulk_create(
            Instalment(aid=self, **dict(zip(fields, line, strict=True))) for line in lines
        )

    def schedule_if_accorded(self, asked, on):
        """The instalments that `asked` would give if it were accorded on `on`; nothing written."""
        return list(self._versions([(on, asked.plan_on(on))]).values())[-1]

    def _versions(self, more=()):
        paid_out = list(self.disbursements.standing().values_list("paid_on", "amount"))
        if not paid_out or not self.is_advance:
            return {}
        deferred = self.deferral_months + self.frequency
        first_due_on = self.first_due_on or add_months(min(paid_out)[0], deferred)
        return versions(
            Plan(first_due_on, self.instalments, self.frequency),
            paid_out,
            self._settlements(),
            [(each.decided_on, each.plan) for each in self._reschedulings()] + [*more],
            self._losses(),
        )
