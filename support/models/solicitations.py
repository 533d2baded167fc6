"""Experts who were asked for a file: when, by whom, what they answered."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from committee.models import Application
from companies.models import Expert
from territories.dates import in_figures, validate_not_future
from territories.scoping import ScopedQuerySet


class SolicitationQuerySet(ScopedQuerySet):
    antenna_path = "application__convention__antenna"

    def waiting(self):
        return self.filter(answer="")


class Solicitation(models.Model):
    """An expert was asked for a file, by an e-mail kept as it left, or by word of mouth."""

    class Answer(models.TextChoices):
        YES = "yes", _("Oui")
        NO = "no", _("Non")
        NONE = "none", _("Pas de réponse")

    application = models.ForeignKey(
        Application, models.PROTECT, verbose_name=_("dossier"), related_name="solicitations"
    )
    expert = models.ForeignKey(
        Expert, models.PROTECT, verbose_name=_("intervenant"), related_name="solicitations"
    )
    asked_on = models.DateField(_("sollicité le"), validators=[validate_not_future])
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("sollicité par"),
        related_name="+",
    )
    needed_on = models.DateField(_("à partir du"))
    sent_to = models.EmailField(_("adresse électronique"), blank=True)
    subject = models.CharField(_("objet"), max_length=200, blank=True)
    text = models.TextField(_("message"), max_length=5000, blank=True)
    answer = models.CharField(_("réponse"), max_length=4, choices=Answer.choices, blank=True)
    answered_on = models.DateField(
        _("répondu le"), null=True, blank=True, validators=[validate_not_future]
    )
    note = models.CharField(_("précisions"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("saisie le"), auto_now_add=True)

    objects = SolicitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("sollicitation")
        verbose_name_plural = _("sollicitations")
        ordering = ["-asked_on", "-pk"]
        indexes = [models.Index(fields=["expert", "asked_on"], name="solicitation_by_expert")]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer__in=["", "yes", "no", "none"]),
                name="solicitation_answer_known",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_on=None)
                | (~Q(answer="") & Q(answered_on__isnull=False)),
                name="solicitation_answered_on_a_day",
                violation_error_code="answered_on",
                violation_error_message=_("Une réponse a un jour."),
            ),
            models.CheckConstraint(
                condition=Q(answered_on=None) | Q(answered_on__gte=F("asked_on")),
                name="solicitation_answered_after_it_was_asked",
                violation_error_code="answered_on",
                violation_error_message=_("La réponse ne peut pas précéder la demande."),
            ),
            models.CheckConstraint(
                condition=Q(sent_to="", subject="", text="")
                | (~Q(sent_to="") & ~Q(subject="") & ~Q(text="")),
                name="solicitation_sent_whole_or_not_at_all",
            ),
            models.UniqueConstraint(
                fields=["application", "expert"],
                condition=Q(answer=""),
                name="solicitation_waits_once_for_a_file",
                violation_error_message=_(
                    "Cette personne est déjà sollicitée pour ce dossier : la réponse est attendue."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.expert} – {in_figures(self.asked_on)}"

    def get_absolute_url(self):
        return reverse("support:expert_find", args=[self.application_id])

    @property
    def antenna(self):
        return self.application.antenna

    @transaction.atomic
    def record(self, answer, *, on, note=""):
        """What the expert answered, or that no answer came; said again, it is corrected."""
        if not answer:
            raise ValidationError({"answer": _("Choisissez une réponse.")})
        self.answer, self.answered_on, self.note = answer, on, note
        self.full_clean()
        self.save(update_fields=["answer", "answered_on", "note"])
