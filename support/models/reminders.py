"""How companies are reminded of what is late: the steps, and each reminder as it left."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from committee.placeholders import refuse_unknown
from conventions.money import EuroField
from support.models.aid import Aid
from support.models.letters import Sent, SentQuerySet
from territories.dates import in_figures
from territories.models import Antenna
from territories.scoping import SharedQuerySet

FIELDS = {
    "entreprise": _("raison sociale"),
    "contact": _("nom du destinataire"),
    "antenne": _("nom de l’antenne"),
    "coordonnees": _("adresse et téléphone de l’antenne"),
    "dossier": _("référence du dossier"),
    "aide": _("numéro de l’aide"),
    "convention": _("nom de la convention"),
    "montant": _("montant en retard, en euros"),
    "depuis": _("jour de la plus ancienne échéance en retard"),
    "jours": _("durée de son retard, en jours"),
    "nombre": _("nombre d’échéances en retard"),
    "echeances": _("échéances en retard, une par ligne"),
    "relances": _("relances déjà envoyées pour cette échéance, vide à la première"),
    "reste": _("reste à rembourser, en euros"),
    "delai": _("jour auquel expire une mise en demeure"),
}


def validate_fields(text):
    """ValidationError for whatever is in braces and is no field of a reminder."""
    refuse_unknown(text, FIELDS)


class ReminderKind(models.TextChoices):
    EMAIL = "email", _("Courriel")
    LETTER = "letter", _("Courrier")
    NOTICE = "notice", _("Mise en demeure")


KINDS = ["email", "letter", "notice"]


class ReminderStepQuerySet(SharedQuerySet):
    def by_antenna(self):
        """The steps, the soonest first, by key of their antenna; under None the network's."""
        steps = {}
        for step in self.order_by("days"):
            steps.setdefault(step.antenna_id, []).append(step)
        return steps


class ReminderStep(models.Model):
    """What a company is told after so many days; an antenna with steps of its own has no other."""

    antenna = models.ForeignKey(
        Antenna,
        models.CASCADE,
        verbose_name=_("antenne"),
        related_name="reminder_steps",
        null=True,
        blank=True,
        help_text=_(
            "Vide : une étape du réseau, pour les antennes qui n’en ont aucune. Une antenne qui a"
            " ses étapes ne suit que celles-là."
        ),
    )
    days = models.PositiveSmallIntegerField(
        _("jours de retard"),
        validators=[MinValueValidator(1), MaxValueValidator(3650)],
        help_text=_("De la plus ancienne échéance : l’étape s’applique à partir de ce jour."),
    )
    kind = models.CharField(_("nature"), max_length=6, choices=ReminderKind.choices)
    notice_days = models.PositiveSmallIntegerField(
        _("délai d’une mise en demeure (jours)"),
        default=15,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text=_("Ensuite, l’application dit que le comité peut décider de la suite."),
    )
    subject = models.CharField(_("objet"), max_length=150, validators=[validate_fields])
    body = models.TextField(
        _("texte"),
        max_length=6000,
        validators=[validate_fields],
        help_text=_(
            "Une ligne dont tous les champs sont vides n’est pas écrite. Une ligne qui commence"
            " par un tiret est un point d’une liste."
        ),
    )

    objects = ReminderStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("étape de relance")
        verbose_name_plural = _("étapes de relance")
        ordering = ["antenna", "days"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="reminder_step_kind_known"),
            models.CheckConstraint(
                condition=Q(days__gte=1, notice_days__gte=1), name="reminder_step_comes_after"
            ),
            models.UniqueConstraint(
                fields=["antenna", "days"],
                name="reminder_step_once_a_day_in_an_antenna",
                violation_error_message=_("Cette antenne a déjà une étape ce jour-là."),
            ),
            models.UniqueConstraint(
                fields=["days"],
                condition=Q(antenna=None),
                name="reminder_step_once_a_day_in_the_network",
                violation_error_message=_("Le réseau a déjà une étape ce jour-là."),
            ),
        ]

    def __str__(self):
        return _("%(kind)s à %(days)d j") % {
            "kind": self.get_kind_display(),
            "days": self.days,
        }

    @staticmethod
    def known_fields():
        """(name in braces, meaning) of each field that a step may hold."""
        return [(f"{{{name}}}", meaning) for name, meaning in FIELDS.items()]


class ReminderQuerySet(SentQuerySet):
    antenna_path = "aid__decision__application__convention__antenna"


class Reminder(Sent):
    """A reminder that left, and why.

    `step_days` and `kind` are those of the step of its day, whatever the step becomes.
    """

    aid = models.ForeignKey(Aid, models.PROTECT, verbose_name=_("aide"), related_name="reminders")
    kind = models.CharField(_("nature"), max_length=6, choices=ReminderKind.choices)
    step_days = models.PositiveSmallIntegerField(_("étape (jours de retard)"))
    reason = models.CharField(_("pourquoi"), max_length=300)
    late = EuroField(_("en retard (€)"))
    oldest_due_on = models.DateField(_("plus ancienne échéance en retard"))
    answer_by = models.DateField(_("délai"), null=True, blank=True)
    tracking = models.CharField(_("numéro de recommandé"), max_length=30, blank=True)

    objects = ReminderQuerySet.as_manager()

    class Meta(Sent.Meta):
        abstract = False
        verbose_name = _("relance")
        verbose_name_plural = _("relances")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="reminder_kind_known"),
            models.UniqueConstraint(
                fields=["aid", "oldest_due_on", "step_days"],
                name="reminder_once_a_step_for_an_instalment",
                violation_error_message=_("Cette relance est déjà partie."),
            ),
            models.CheckConstraint(
                condition=Q(late__gt=0, oldest_due_on__lt=models.F("sent_on")),
                name="reminder_of_something_late",
            ),
            models.CheckConstraint(
                condition=Q(kind="notice", answer_by__gt=models.F("sent_on"))
                | (~Q(kind="notice") & Q(answer_by=None)),
                name="reminder_with_a_delay_is_a_formal_notice",
            ),
            models.CheckConstraint(
                condition=Q(tracking="") | Q(sent_to=""), name="reminder_tracked_left_by_post"
            ),
        ]

    def __str__(self):
        return _("%(kind)s du %(day)s") % {
            "kind": self.get_kind_display(),
            "day": in_figures(self.sent_on),
        }

    def get_absolute_url(self):
        return reverse("support:reminder", args=[self.pk])

    @property
    def may_be_tracked(self):
        """True for a formal notice that left by post and whose number is not known yet."""
        return self.kind == ReminderKind.NOTICE and not self.sent_to and not self.tracking

    @transaction.atomic
    def track(self, number):
        """Write down the number of the recorded delivery, known once at the post office."""
        latest = Reminder.objects.select_for_update().defer("pdf").get(pk=self.pk)
        if not latest.may_be_tracked:
            raise ValidationError(
                _("Une mise en demeure postée reçoit son numéro de recommandé une seule fois."),
                code="tracked",
            )
        self.tracking = number
        self.clean_fields(exclude={"pdf"})
        self.save(update_fields=["tracking"])
