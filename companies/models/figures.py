"""A company's people and money, year by year."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from companies.difficulty import difficulty
from companies.models.company import Company
from companies.size import SizeClass, explain_size, size_class
from territories.dates import validate_not_future
from territories.scoping import ScopedQuerySet


class CompanyFiguresQuerySet(ScopedQuerySet):
    antenna_path = "company__antenna"


class CompanyFigures(models.Model):
    """A company's people and money at the close of a year; euros without cents."""

    company = models.ForeignKey(
        Company, models.CASCADE, verbose_name=_("entreprise"), related_name="figures"
    )
    closed_on = models.DateField(_("chiffres au"), validators=[validate_not_future])
    headcount = models.DecimalField(
        _("effectif"),
        max_digits=7,
        decimal_places=2,
        validators=[MinValueValidator(0)],
        help_text=_("En équivalents temps plein."),
    )
    turnover = models.PositiveBigIntegerField(_("chiffre d’affaires (€)"), null=True, blank=True)
    balance_sheet = models.PositiveBigIntegerField(_("total du bilan (€)"), null=True, blank=True)
    subscribed_capital = models.PositiveBigIntegerField(
        _("capital souscrit (€)"),
        null=True,
        blank=True,
        help_text=_("Primes d’émission comprises."),
    )
    own_funds = models.BigIntegerField(
        _("capitaux propres (€)"),
        null=True,
        blank=True,
        help_text=_("Négatifs quand les pertes dépassent le capital et les réserves."),
    )
    is_insolvent = models.BooleanField(
        _("procédure collective"),
        default=False,
        help_text=_("Ouverte, ou l’entreprise remplit les conditions de son ouverture."),
    )
    has_rescue_aid = models.BooleanField(
        _("aide au sauvetage ou à la restructuration"),
        default=False,
        help_text=_("Prêt non remboursé, garantie ou plan encore en cours."),
    )
    linked_headcount = models.DecimalField(
        _("effectif des entreprises liées"),
        max_digits=9,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(0)],
        help_text=_("Entreprises du même groupe et partenaires : comptées avec celle-ci."),
    )
    linked_turnover = models.PositiveBigIntegerField(
        _("chiffre d’affaires des entreprises liées (€)"), default=0
    )
    linked_balance_sheet = models.PositiveBigIntegerField(
        _("bilan des entreprises liées (€)"), default=0
    )

    objects = CompanyFiguresQuerySet.as_manager()

    class Meta:
        verbose_name = _("chiffres de l’entreprise")
        verbose_name_plural = _("chiffres de l’entreprise")
        ordering = ["-closed_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "closed_on"],
                name="company_figures_once_a_day",
                violation_error_message=_("Les chiffres de cette date sont déjà saisis."),
            ),
            models.CheckConstraint(
                condition=Q(headcount__gte=0, linked_headcount__gte=0),
                name="company_figures_headcount_not_negative",
            ),
        ]

    def __str__(self):
        return f"{self.company} – {self.closed_on:%d/%m/%Y}"

    @property
    def antenna(self):
        return self.company.antenna

    @property
    def size(self):
        return size_class(*self._with_linked())

    @property
    def size_explained(self):
        return explain_size(*self._with_linked())

    def difficulty(self, *, is_young):
        """Whether the EU finds it in difficulty; `is_young`: under three years, None if unknown."""
        return difficulty(
            capital=self.subscribed_capital,
            own_funds=self.own_funds,
            is_insolvent=self.is_insolvent,
            has_rescue_aid=self.has_rescue_aid,
            is_sme=self.size != SizeClass.LARGE,
            is_young=is_young,
        )

    def _with_linked(self):
        """Head-count and euros of the company and of those that count with it."""
        return (
            Decimal(self.headcount) + Decimal(self.linked_headcount),
            None if self.turnover is None else self.turnover + self.linked_turnover,
            None if self.balance_sheet is None else self.balance_sheet + self.linked_balance_sheet,
        )
