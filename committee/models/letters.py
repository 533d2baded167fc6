"""The letters by which companies are told: their templates, and each as it left."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from committee.models.decision import Decision
from committee.placeholders import PLACEHOLDERS, validate_filled, validate_placeholders
from companies.models import Contact
from territories.models import Antenna
from territories.scoping import ScopedQuerySet, SharedQuerySet


class LetterTemplateQuerySet(SharedQuerySet):
    def suiting(self, decision):
        """The template for a decision, its antenna's own before the network's; None without one."""
        mine = Q(antenna=None) | Q(antenna=decision.antenna)
        rows = self.filter(mine, outcome=decision.outcome)
        return rows.order_by(F("antenna").asc(nulls_last=True)).first()


class LetterTemplate(models.Model):
    """What a letter says before it is about anybody; fields are in braces."""

    outcome = models.CharField(_("décision"), max_length=10, choices=Decision.Outcome.choices)
    antenna = models.ForeignKey(
        Antenna,
        models.CASCADE,
        verbose_name=_("antenne"),
        related_name="letter_templates",
        null=True,
        blank=True,
        help_text=_("Vide : le modèle du réseau, pour les antennes qui n’ont pas le leur."),
    )
    subject = models.CharField(_("objet"), max_length=150, validators=[validate_placeholders])
    body = models.TextField(
        _("texte"),
        max_length=6000,
        validators=[validate_placeholders],
        help_text=_(
            "Une ligne dont tous les champs sont vides n’est pas écrite. Une ligne qui commence"
            " par un tiret est un point d’une liste."
        ),
    )

    objects = LetterTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("modèle de courrier")
        verbose_name_plural = _("modèles de courriers")
        ordering = ["antenna", "outcome"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["approved", "refused", "adjourned"]),
                name="letter_template_outcome_known",
            ),
            models.UniqueConstraint(
                fields=["antenna", "outcome"],
                name="letter_template_once_in_an_antenna",
                violation_error_message=_("Cette antenne a déjà un modèle pour cette décision."),
            ),
            models.UniqueConstraint(
                fields=["outcome"],
                condition=Q(antenna=None),
                name="letter_template_once_in_the_network",
                violation_error_message=_("Le réseau a déjà un modèle pour cette décision."),
            ),
        ]

    def __str__(self):
        whose = self.antenna or _("réseau")
        return f"{self.get_outcome_display()} – {whose}"

    @staticmethod
    def known_fields():
        """(name in braces, meaning) of each field that a template may hold."""
        return [(f"{{{name}}}", meaning) for name, meaning in PLACEHOLDERS.items()]


class LetterQuerySet(ScopedQuerySet):
    """Members of the committee see none: `visible_to` knows those who work in the antenna."""

    antenna_path = "decision__application__convention__antenna"

    def sent(self):
        return self.exclude(sent_at=None)

    def unprinted(self):
        """Without their PDF, for pages that only tell of them."""
        return self.defer("pdf").select_related("contact", "sent_by")


class Letter(models.Model):
    """One letter about a decision: corrected until it leaves, then kept as it left."""

    # Not PROTECT, which would tell that the decision is under contract.
    decision = models.ForeignKey(
        Decision, models.RESTRICT, verbose_name=_("décision"), related_name="letters"
    )
    contact = models.ForeignKey(
        Contact,
        models.SET_NULL,
        verbose_name=_("destinataire"),
        related_name="+",
        null=True,
        blank=True,
    )
    subject = models.CharField(_("objet"), max_length=400, validators=[validate_filled])
    body = models.TextField(_("texte"), max_length=10_000, validators=[validate_filled])
    drafted_at = models.DateTimeField(_("préparé le"), auto_now_add=True)
    recipient = models.CharField(_("envoyé à"), max_length=100, blank=True, editable=False)
    sent_to = models.EmailField(_("adresse électronique"), blank=True, editable=False)
    sent_at = models.DateTimeField(_("envoyé le"), null=True, blank=True, editable=False)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("envoyé par"),
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )
    pdf = models.BinaryField(_("document envoyé"), null=True, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("courrier")
        verbose_name_plural = _("courriers")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision"],
                condition=Q(sent_at=None),
                name="letter_drafted_once_for_a_decision",
            ),
            models.CheckConstraint(
                condition=Q(sent_at=None, recipient="", sent_to="", sent_by=None, pdf=None)
                | Q(sent_at__isnull=False, sent_by__isnull=False, pdf__isnull=False)
                & ~Q(recipient=""),
                name="letter_sent_to_somebody_with_its_document",
            ),
            models.CheckConstraint(
                condition=~Q(subject="") & ~Q(body=""), name="letter_says_something"
            ),
        ]

    def __str__(self):
        return self.subject

    def get_absolute_url(self):
        return reverse("committee:letter", args=[self.pk])

    @property
    def antenna(self):
        return self.decision.antenna

    @property
    def application(self):
        return self.decision.application

    @property
    def destination(self):
        """Where it was sent: an address, or the post."""
        return self.sent_to or _("par la poste")

    @transaction.atomic
    def correct(self, *, contact, subject, body):
        """Change to whom it goes and what it says, as long as it did not leave."""
        Letter.objects.select_for_update().get(pk=self.pk).refuse_unless_draft()
        self.contact, self.subject, self.body = contact, subject, body
        self.full_clean()
        self.save(update_fields=["contact", "subject", "body"])

    def refuse_unless_draft(self):
        """ValidationError when the letter left, or when its decision no longer stands."""
        if self.sent_at:
            raise ValidationError(
                _("Ce courrier est parti : il ne change plus. Préparez une nouvelle copie."),
                code="sent",
            )
        if self.decision.annulled_on:
            raise ValidationError(
                _("La décision est annulée : son courrier ne part plus."), code="annulled"
            )

    @transaction.atomic
    def keep_as_sent(self, content, *, at, by, email):
        """Freeze what left, with its document. Sent by two people at once, it left twice: two rows.

        To be called once the mail server took it; `email` is empty when it goes by post.
        """
        if Letter.objects.select_for_update().get(pk=self.pk).sent_at:
            self.pk, self._state.adding = None, True
        name = self.contact.name if self.contact else self.application.company.name
        self.recipient, self.sent_to = name[:100], email
        self.pdf, self.sent_at, self.sent_by = content, at, by
        self.save()
