"""The verbs of a mission, each one transaction under its lock, and its pauses."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from committee.filetypes import check_signed_copy
from companies.models import Expert
from conventions.models import require_reason
from support.models.skill_days import SkillDay
from territories.dates import in_figures, validate_not_future
from territories.scoping import ScopedQuerySet


class MissionLife:
    """What happens to a mission: days given and certified, a pause, a stop, a report.

    Verbs take days, the day `on` and the person `by`; they raise ValidationError.
    """

    def lock(self):
        """One writer at a time; what it reads holds until it commits."""
        self.refresh_from_db(from_queryset=type(self).objects.select_for_update())

    @transaction.atomic
    def log(self, days, *, on, expert=None, note="", by=None, key=None):
        """Write down that `expert`, its own unless told, gave `days` on the day `on`.

        Sent again with the same `key`, it is the day already written. ValidationError, keyed
        `done_on`, outside the mission or while it is paused; keyed `days` beyond one day of the
        expert on one date, whatever the missions.
        """
        expert = expert or self.expert
        Expert.objects.select_for_update().get(pk=expert.pk)
        if key and (written := self.skill_days.filter(key=key, expert=expert).first()):
            if (written.done_on, written.days) == (on, days):
                return written
            raise ValidationError(
                _("Cette page est déjà enregistrée : rechargez-la pour une autre journée."),
                code="sent",
            )
        skill_day = SkillDay(
            mission=self, expert=expert, done_on=on, days=days, note=note, key=key, created_by=by
        )
        skill_day.full_clean()
        self._refuse_day(on)
        if expert not in self.team:
            raise ValidationError(
                {"expert": _("Cette personne n’intervient pas dans la mission.")}, code="stranger"
            )
        skill_day.save()
        return skill_day

    def _refuse_day(self, day):
        last = min(filter(None, [self.ends_on, self.stopped_on]))
        if not self.starts_on <= day <= last:
            raise ValidationError(
                {
                    "done_on": _("La mission va du %(first)s au %(last)s.")
                    % {"first": in_figures(self.starts_on), "last": in_figures(last)}
                },
                code="outside",
            )
        if self.pauses.on(day).exists():
            raise ValidationError(
                {"done_on": _("La mission est en pause ce jour-là.")}, code="paused"
            )

    @transaction.atomic
    def file_signed_copy(self, file, *, on):
        """Keep the agreement that all signed on the day `on`, a PDF or an image; the last stays."""
        self.lock()
        check_signed_copy(file)
        self.signed_on, self.signed_copy_name = on, file.name[-200:]
        self.full_clean()
        self.signed_copy.save(file.name, file, save=False)
        self.save(update_fields=["signed_on", "signed_copy", "signed_copy_name"])

    @transaction.atomic
    def pause(self, *, on, reason, by=None):
        """Suspend it from the day `on`, until `resume`; no day was given since."""
        self._change(on)
        if self.skill_days.standing().filter(done_on__gte=on).exists():
            raise ValidationError(
                {"on": _("Des journées ont été données ce jour-là ou après.")}, code="days_after"
            )
        pause = Pause(mission=self, starts_on=on, reason=reason, created_by=by)
        pause.full_clean()
        if self.pauses.on(on).exists():
            raise ValidationError(_("La mission est déjà en pause."), code="paused")
        pause.save()
        return pause

    @transaction.atomic
    def resume(self, *, on):
        """It goes on again from the day `on`."""
        self._change(on)
        pause = self.pauses.filter(ends_on=None).first()
        if pause is None:
            raise ValidationError(_("La mission n’est pas en pause."), code="not_paused")
        pause.ends_on = on
        pause.full_clean()
        pause.save(update_fields=["ends_on"])
        return pause

    @transaction.atomic
    def stop(self, *, on, reason):
        """End it for good before its time; the days not given are no longer contracted."""
        require_reason(reason)
        self._change(on)
        if self.skill_days.standing().filter(done_on__gt=on).exists():
            raise ValidationError(
                {"on": _("Des journées ont été données après ce jour.")}, code="days_after"
            )
        self.stopped_on, self.stop_reason = on, reason
        self.full_clean()
        self.save(update_fields=["stopped_on", "stop_reason"])

    @transaction.atomic
    def write_report(self, text, *, on):
        """What the mission brought, as the expert or the coordinator tells it on the day `on`."""
        self.lock()
        self.report, self.reported_on = text, on
        self.full_clean()
        self.save(update_fields=["report", "reported_on"])

    def _change(self, on):
        self.lock()
        validate_not_future(on)
        if self.stopped_on:
            raise ValidationError(_("La mission est arrêtée."), code="stopped")
        if not self.starts_on <= on <= self.ends_on:
            raise ValidationError(
                {
                    "on": _("La mission va du %(first)s au %(last)s.")
                    % {"first": in_figures(self.starts_on), "last": in_figures(self.ends_on)}
                },
                code="outside",
            )

    @transaction.atomic
    def certify(self, skill_days, *, on, by, note=""):
        """The company, by the person named `by`, certifies these days: all of them or none.

        `note` says how it told so, when somebody else writes it down.
        """
        self.lock()
        if not skill_days:
            raise ValidationError({"days": _("Cochez au moins une journée.")}, code="no_days")
        keys = [skill_day.pk for skill_day in skill_days]
        waiting = self.skill_days.standing().filter(pk__in=keys, certified_on=None)
        if len(skill_days := list(waiting.select_for_update())) < len(keys):
            raise ValidationError(
                {"days": _("Ces journées ont changé entre-temps : relisez la liste.")},
                code="changed",
            )
        for skill_day in skill_days:
            if on < skill_day.done_on:
                raise ValidationError(
                    {
                        "certified_on": _("La journée du %(day)s est postérieure à cette date.")
                        % {"day": in_figures(skill_day.done_on)}
                    },
                    code="dates",
                )
            skill_day.certified_on, skill_day.certified_by = on, by
            skill_day.certified_note = note
            skill_day.full_clean()
            skill_day.save(update_fields=["certified_on", "certified_by", "certified_note"])


class PauseQuerySet(ScopedQuerySet):
    antenna_path = "mission__application__convention__antenna"

    def on(self, day):
        """Pauses that hold on `day`: it is over on the day when the mission goes on again."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=day), starts_on__lte=day)


class Pause(models.Model):
    """Time during which a mission rests."""

    mission = models.ForeignKey(
        "Mission", models.PROTECT, verbose_name=_("mission"), related_name="pauses"
    )
    starts_on = models.DateField(_("en pause depuis le"), validators=[validate_not_future])
    ends_on = models.DateField(
        _("reprise le"), null=True, blank=True, validators=[validate_not_future]
    )
    reason = models.CharField(_("motif"), max_length=200)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("saisie par"),
        related_name="+",
        null=True,
        blank=True,
    )

    objects = PauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("pause d’une mission")
        verbose_name_plural = _("pauses des missions")
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on")),
                name="pause_ends_after_it_starts",
                violation_error_code="on",
                violation_error_message=_("La reprise suit la mise en pause."),
            ),
            models.UniqueConstraint(
                fields=["mission"],
                condition=Q(ends_on=None),
                name="pause_one_at_a_time",
                violation_error_message=_("La mission est déjà en pause."),
            ),
        ]

    def __str__(self):
        return f"{self.mission} – {in_figures(self.starts_on)}"

    @property
    def antenna(self):
        return self.mission.antenna
