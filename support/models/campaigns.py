"""Campaigns: a year or more after a decision, companies are asked which jobs are there."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from committee.models import Application, Decision
from conventions.schedule import add_months
from support.models.surveys import Survey
from territories.dates import validate_not_future
from territories.models import Antenna
from territories.scoping import ScopedQuerySet

DAYS_AFTER = 60  # an address opens so long after the day by which answers are expected
ANSWERED = Q(surveys__answered_on__isnull=False)
ACCEPTED = Q(surveys__status="accepted")


class CampaignQuerySet(ScopedQuerySet):
    antenna_path = "antenna"

    def with_counts(self):
        """Adds `asked`, `answered` and `accepted`, in files: no answer is no zero."""
        return self.annotate(
            asked=Count("surveys"),
            answered=Count("surveys", filter=ANSWERED),
            accepted=Count("surveys", filter=ACCEPTED),
        )


class Campaign(models.Model):
    """Questions of an antenna to the companies helped some months ago."""

    antenna = models.ForeignKey(
        Antenna, models.PROTECT, verbose_name=_("antenne"), related_name="campaigns"
    )
    months = models.PositiveSmallIntegerField(
        _("mois après la décision"), validators=[MinValueValidator(1), MaxValueValidator(120)]
    )
    opened_on = models.DateField(_("ouverte le"), validators=[validate_not_future])
    answer_by = models.DateField(_("réponses attendues avant le"))
    closed_on = models.DateField(
        _("close le"), null=True, blank=True, editable=False, validators=[validate_not_future]
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("ouverte par"),
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campagne")
        verbose_name_plural = _("campagnes")
        ordering = ["-opened_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer_by__gt=models.F("opened_on")),
                name="campaign_leaves_time_to_answer",
                violation_error_code="answer_by",
                violation_error_message=_("Laissez un jour au moins pour répondre."),
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=models.F("opened_on")),
                name="campaign_closed_after_it_was_opened",
            ),
            models.UniqueConstraint(
                fields=["antenna", "months"],
                condition=Q(closed_on=None),
                name="campaign_open_once_at_a_milestone",
                violation_error_message=_("Une campagne est déjà ouverte à ce terme."),
            ),
        ]

    def __str__(self):
        return _("M+%(months)d – %(antenna)s, %(year)d") % {
            "months": self.months,
            "antenna": self.antenna,
            "year": self.opened_on.year,
        }

    def get_absolute_url(self):
        return reverse("support:campaign", args=[self.pk])

    @classmethod
    def to_ask(cls, antenna, months, on):
        """Files approved so many months ago, a year ago at most, and not asked at this term yet."""
        decisions = Decision.objects.approved().filter(
            annulled_on=None,
            application__convention__antenna=antenna,
            decided_on__lte=add_months(on, -months),
            decided_on__gt=add_months(on, -months - 12),
        )
        asked = Survey.objects.filter(campaign__months=months).values("application")
        files = Application.objects.filter(pk__in=decisions.values("application"))
        return files.exclude(pk__in=asked).select_related("company", "convention__antenna")

    @classmethod
    @transaction.atomic
    def open(cls, antenna, months, *, on, answer_by, by=None):
        """Open a campaign, with a questionnaire for each file to ask; none has left yet.

        ValidationError when nobody is to be asked, or one is open at this term already.
        """
        Antenna.objects.select_for_update().get(pk=antenna.pk)
        campaign = cls(
            antenna=antenna, months=months, opened_on=on, answer_by=answer_by, opened_by=by
        )
        campaign.full_clean()
        files = list(cls.to_ask(antenna, months, on).prefetch_related("company__contacts"))
        if not files:
            raise ValidationError(
                _("Aucun dossier n’arrive à ce terme : il n’y a personne à interroger."),
                code="nobody",
            )
        campaign.save()
        for file in files:
            contacts = [each for each in file.company.contacts.all() if each.email]
            Survey.objects.create(
                campaign=campaign,
                application=file,
                contact=contacts[0] if contacts else None,
                sent_to=contacts[0].email if contacts else "",
                word=Survey.new_word(),
                expires_on=answer_by + timedelta(days=DAYS_AFTER),
            )
        return campaign

    @transaction.atomic
    def close(self, *, on):
        """End it: questionnaires open no more; who did not answer stays told as such."""
        latest = Campaign.objects.select_for_update().get(pk=self.pk)
        if latest.closed_on:
            raise ValidationError(_("Cette campagne est déjà close."), code="closed")
        if self.surveys.filter(status=Survey.Status.ANSWERED).exists():
            raise ValidationError(_("Des réponses attendent d’être contrôlées."), code="unchecked")
        self.closed_on = on
        self.full_clean()
        self.save(update_fields=["closed_on"])
