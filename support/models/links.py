"""Personal links: who has no account does one thing by the address that an e-mail brought."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.models import Contact, Expert
from support.models.addresses import SignedAddress
from support.models.missions import Mission
from territories.scoping import ScopedQuerySet

DAYS_AFTER = 60  # a link outlives its mission by so long, and lasts as long at least


class PersonalLinkQuerySet(ScopedQuerySet):
    antenna_path = "mission__application__convention__antenna"


class PersonalLink(SignedAddress):
    """An address for one person, one mission, one purpose. Renewed, the one before is over."""

    class Purpose(models.TextChoices):
        LOG = "log", _("Saisir ses journées")
        CERTIFY = "certify", _("Certifier les journées")
        FEEDBACK = "feedback", _("Donner son avis")

    mission = models.ForeignKey(
        Mission, models.CASCADE, verbose_name=_("mission"), related_name="links"
    )
    purpose = models.CharField(_("pour"), max_length=8, choices=Purpose.choices)
    expert = models.ForeignKey(
        Expert,
        models.CASCADE,
        verbose_name=_("intervenant"),
        related_name="links",
        null=True,
        blank=True,
    )
    contact = models.ForeignKey(
        Contact,
        models.CASCADE,
        verbose_name=_("interlocuteur"),
        related_name="links",
        null=True,
        blank=True,
    )
    sent_at = models.DateTimeField(_("envoyé le"), auto_now=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("envoyé par"),
        related_name="+",
        null=True,
        blank=True,
    )

    objects = PersonalLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("lien personnel")
        verbose_name_plural = _("liens personnels")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose__in=["log", "certify", "feedback"]),
                name="personal_link_purpose_known",
            ),
            models.CheckConstraint(
                condition=Q(expert__isnull=False, contact=None) & ~Q(purpose="certify")
                | Q(contact__isnull=False, expert=None) & ~Q(purpose="log"),
                name="personal_link_for_one_person",
            ),
            models.UniqueConstraint(
                fields=["mission", "purpose", "expert"],
                condition=Q(contact=None),
                name="personal_link_once_for_an_expert",
            ),
            models.UniqueConstraint(
                fields=["mission", "purpose", "contact"],
                condition=Q(expert=None),
                name="personal_link_once_for_a_contact",
            ),
        ]

    def __str__(self):
        return f"{self.get_purpose_display()} – {self.person}"

    def get_absolute_url(self):
        return reverse("support:personal_link", args=[self.token])

    @property
    def antenna(self):
        return self.mission.antenna

    @property
    def person(self):
        return self.expert or self.contact

    @property
    def is_of_a_stranger(self):
        """True when the person is no longer of the mission, or of its company."""
        return not _belongs(self.mission, self.person)

    @property
    def why_over(self):
        return super().why_over or ("stranger" if self.is_of_a_stranger else "")

    @classmethod
    @transaction.atomic
    def give(cls, mission, purpose, person, *, by=None):
        """A fresh address for `person`, an Expert or a Contact; one given before is over.

        ValidationError when it has nowhere to go, or is not of the mission.
        """
        whose = {"expert" if isinstance(person, Expert) else "contact": person}
        _refuse_stranger(mission, person)
        if not person.email:
            raise ValidationError(
                _("%(person)s n’a pas d’adresse électronique : ajoutez-la d’abord."),
                code="no_address",
                params={"person": person},
            )
        today = timezone.localdate()
        link, _is_new = cls.objects.update_or_create(
            mission=mission,
            purpose=purpose,
            **whose,
            defaults={
                "sent_to": person.email,
                "word": cls.new_word(),
                "expires_on": max(mission.ends_on, today) + timedelta(days=DAYS_AFTER),
                "revoked_at": None,
                "used_at": None,
                "sent_by": by,
            },
        )
        return link

    def revoke(self):
        """It opens nothing any more."""
        self.revoked_at = timezone.now()
        self.save(update_fields=["revoked_at"])


def _belongs(mission, person):
    if isinstance(person, Expert):
        return person in mission.team
    return person.company_id == mission.application.company_id


def _refuse_stranger(mission, person):
    if not _belongs(mission, person):
        raise ValidationError(_("Cette personne n’est pas de la mission."), code="stranger")
