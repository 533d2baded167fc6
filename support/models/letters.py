"""Letters to a company about its aid, each kept as it left."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from support.models.hardship import Rescheduling
from territories.dates import in_figures, validate_not_future
from territories.scoping import ScopedQuerySet


class SentQuerySet(ScopedQuerySet):
    def unprinted(self):
        """Without their PDF, for pages that only tell of them."""
        return self.defer("pdf").select_related("sent_by")


class Sent(models.Model):
    """What left: to whom, what it said, on which day. It never changes."""

    sent_on = models.DateField(_("envoyée le"), validators=[validate_not_future])
    recipient = models.CharField(_("envoyée à"), max_length=100)
    sent_to = models.EmailField(_("adresse électronique"), blank=True)
    subject = models.CharField(_("objet"), max_length=400)
    body = models.TextField(_("texte"), max_length=10_000)
    pdf = models.BinaryField(_("document envoyé"))
    created_at = models.DateTimeField(_("saisie le"), auto_now_add=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("envoyée par"), related_name="+"
    )

    class Meta:
        abstract = True
        ordering = ["sent_on", "pk"]

    @property
    def antenna(self):
        return self.aid.antenna

    @property
    def destination(self):
        """Where it was sent: an address, or the post."""
        return self.sent_to or _("par la poste")


class AnswerLetterQuerySet(SentQuerySet):
    antenna_path = "rescheduling__aid__decision__application__convention__antenna"


class AnswerLetter(Sent):
    """The letter that tells a company what was answered to its request for another schedule."""

    rescheduling = models.ForeignKey(
        Rescheduling,
        models.PROTECT,
        verbose_name=_("rééchelonnement"),
        related_name="letters",
    )

    objects = AnswerLetterQuerySet.as_manager()

    class Meta(Sent.Meta):
        abstract = False
        verbose_name = _("lettre de réponse")
        verbose_name_plural = _("lettres de réponse")
        constraints = [
            models.UniqueConstraint(
                fields=["rescheduling"],
                name="answer_letter_once_for_an_answer",
                violation_error_message=_("La réponse est déjà partie."),
            ),
        ]

    def __str__(self):
        return _("Lettre du %(day)s") % {"day": in_figures(self.sent_on)}

    @property
    def aid(self):
        return self.rescheduling.aid
