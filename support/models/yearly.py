"""Yearly statements of sponsors: each kept as it left, and what is sent together."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.models import Sponsor
from conventions.money import DayField
from support.models.letters import Sent, SentQuerySet
from territories.dates import in_figures
from territories.models import Antenna
from territories.scoping import ScopedQuerySet


class YearlyStatement(Sent):
    """What an antenna told a sponsor of the days of a year. `rank`: 1, then 2 when sent again."""

    antenna = models.ForeignKey(
        Antenna, models.PROTECT, verbose_name=_("antenne"), related_name="yearly_statements"
    )
    sponsor = models.ForeignKey(
        Sponsor, models.PROTECT, verbose_name=_("apporteur"), related_name="yearly_statements"
    )
    year = models.PositiveSmallIntegerField(_("année"))
    rank = models.PositiveSmallIntegerField(_("envoi"), default=1)
    days = DayField(_("journées données"))

    objects = SentQuerySet.as_manager()

    class Meta(Sent.Meta):
        abstract = False
        verbose_name = _("relevé annuel")
        verbose_name_plural = _("relevés annuels")
        constraints = [
            models.UniqueConstraint(
                fields=["antenna", "sponsor", "year", "rank"],
                name="yearly_statement_leaves_once",
                violation_error_message=_("Ce relevé est déjà parti."),
            ),
            models.CheckConstraint(
                condition=Q(days__gt=0, rank__gte=1), name="yearly_statement_tells_days"
            ),
        ]

    def __str__(self):
        return f"{self.sponsor} – {self.year}"

    def get_absolute_url(self):
        return reverse("reports:statement_pdf", args=[self.pk])


class StatementSending(models.Model):
    """Statements of an antenna and a year that were chosen together; they leave a few at a time."""

    antenna = models.ForeignKey(
        Antenna, models.PROTECT, verbose_name=_("antenne"), related_name="statement_sendings"
    )
    year = models.PositiveSmallIntegerField(_("année"), validators=[MinValueValidator(1950)])
    created_at = models.DateTimeField(_("commencé le"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("commencé par"), related_name="+"
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("envoi de relevés")
        verbose_name_plural = _("envois de relevés")
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        day = in_figures(timezone.localtime(self.created_at))
        return _("Envoi du %(day)s") % {"day": day}

    def get_absolute_url(self):
        return reverse("reports:statement_sending", args=[self.pk])

    @classmethod
    @transaction.atomic
    def begin(cls, antenna, year, ranks, *, by):
        """Choose statements: `ranks` is, by sponsor, which one it would be. Nothing leaves yet.

        ValidationError as long as the year is not over.
        """
        if year >= timezone.localdate().year:
            raise ValidationError(
                _("L’année n’est pas finie : son relevé part à partir de janvier."),
                code="not_over",
            )
        if not ranks:
            raise ValidationError(
                {"statement": _("Cochez au moins un relevé.")}, code="none_chosen"
            )
        sending = cls(antenna=antenna, year=year, created_by=by)
        sending.full_clean()
        sending.save()
        StatementLine.objects.bulk_create(
            StatementLine(sending=sending, sponsor=sponsor, rank=rank)
            for sponsor, rank in ranks.items()
        )
        return sending


class StatementLineQuerySet(ScopedQuerySet):
    antenna_path = "sending__antenna"

    def waiting(self):
        return self.filter(statement=None, refusal="")


class StatementLine(models.Model):
    """A statement that was chosen: it waits, it left, or it was refused, with why."""

    sending = models.ForeignKey(
        StatementSending, models.CASCADE, verbose_name=_("envoi"), related_name="lines"
    )
    sponsor = models.ForeignKey(
        Sponsor, models.PROTECT, verbose_name=_("apporteur"), related_name="+"
    )
    rank = models.PositiveSmallIntegerField(_("envoi"), default=1)
    statement = models.OneToOneField(
        YearlyStatement,
        models.PROTECT,
        verbose_name=_("relevé"),
        related_name="line",
        null=True,
        blank=True,
    )
    refusal = models.CharField(_("motif du refus"), max_length=300, blank=True)

    objects = StatementLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("relevé à envoyer")
        verbose_name_plural = _("relevés à envoyer")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sending", "sponsor"], name="statement_line_once_in_a_sending"
            ),
            models.CheckConstraint(
                condition=Q(statement=None) | Q(refusal=""),
                name="statement_line_left_or_was_refused",
            ),
        ]

    def __str__(self):
        return str(self.sponsor)

    @property
    def antenna(self):
        return self.sending.antenna
