"""What the antenna asked a company to add to its file, as it was sent."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from territories.scoping import ScopedQuerySet


class CompletionRequestQuerySet(ScopedQuerySet):
    antenna_path = "application__convention__antenna"


class CompletionRequest(models.Model):
    """An e-mail that left: to whom, what, when, by whom. Never changed."""

    application = models.ForeignKey(
        "Application",
        models.PROTECT,
        verbose_name=_("dossier"),
        related_name="completion_requests",
    )
    recipient = models.CharField(_("destinataire"), max_length=100)
    email = models.EmailField(_("adresse électronique"))
    subject = models.CharField(_("objet"), max_length=150)
    text = models.TextField(_("texte"), max_length=10_000)
    sent_at = models.DateTimeField(_("envoyée le"), auto_now_add=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("envoyée par"), related_name="+"
    )

    objects = CompletionRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("demande de compléments")
        verbose_name_plural = _("demandes de compléments")
        ordering = ["-pk"]

    def __str__(self):
        return self.subject

    @property
    def antenna(self):
        return self.application.antenna
