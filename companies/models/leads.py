"""A company that asked for help on the public page, before anybody follows it."""

from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Role
from companies.models.company import Company
from territories.models import Antenna, Commune
from territories.scoping import ScopedQuerySet
from territories.search import SearchField, SearchMixin


class LeadQuerySet(SearchMixin, ScopedQuerySet):
    """Where no antenna works, a request is the network's."""

    def waiting(self):
        return self.filter(company=None, dismissed_at=None)

    def unattended(self):
        """Those of no antenna, or of one that nobody coordinates: the network answers them."""
        coordinating = Membership.objects.filter(
            role=Role.COORDINATOR, antenna=OuterRef("antenna"), user__is_active=True
        )
        return self.filter(~Exists(coordinating))

    def followed(self):
        return self.exclude(company=None)

    def dismissed(self):
        return self.exclude(dismissed_at=None)


class Lead(models.Model):
    """A request for help, for the antenna of the commune."""

    antenna = models.ForeignKey(
        Antenna, models.PROTECT, verbose_name=_("antenne"), null=True, blank=True
    )
    received_at = models.DateTimeField(_("reçue le"), default=timezone.now, db_index=True)
    company_name = models.CharField(_("entreprise"), max_length=150)
    siret = models.CharField(_("SIRET"), max_length=14, blank=True)
    commune = models.ForeignKey(Commune, models.PROTECT, verbose_name=_("commune"))
    contact_name = models.CharField(_("votre nom"), max_length=100)
    email = models.EmailField(_("adresse électronique"))
    phone = models.CharField(_("téléphone"), max_length=30, blank=True)
    need = models.TextField(_("votre projet, en quelques phrases"), max_length=2000)
    company = models.ForeignKey(
        Company, models.SET_NULL, verbose_name=_("entreprise suivie"), null=True, blank=True
    )
    dismissed_at = models.DateTimeField(_("classée le"), null=True, blank=True)
    dismissal = models.CharField(_("motif"), max_length=200, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("traitée par"),
        null=True,
        blank=True,
    )

    page = models.UUIDField(_("page envoyée"), default=uuid4, unique=True, editable=False)
    search = SearchField("company_name", "contact_name", "siret")

    objects = LeadQuerySet.as_manager()

    class Meta:
        verbose_name = _("demande d’aide")
        verbose_name_plural = _("demandes d’aide")
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(dismissed_at=None, dismissal="")
                | (Q(dismissed_at__isnull=False) & ~Q(dismissal="")),
                name="lead_dismissed_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(company=None) | Q(dismissed_at=None),
                name="lead_followed_or_dismissed",
            ),
        ]

    def __str__(self):
        return self.company_name

    def get_absolute_url(self):
        return reverse("companies:lead", args=[self.pk])

    @property
    def waits(self):
        return self.company_id is None and self.dismissed_at is None

    @property
    def is_unattended(self):
        return Lead.objects.unattended().filter(pk=self.pk).exists()

    def may_be_followed_by(self, user):
        """Only who coordinates its antenna follows a company there."""
        return self.antenna is not None and user.may_edit(self.antenna)

    def may_be_settled_by(self, user):
        """The network may too: passed on or dismissed, a request without antenna is its own."""
        return user.is_national or self.may_be_followed_by(user)

    @property
    def told(self):
        """What a new company begins with, by field."""
        return {
            "antenna": self.antenna_id,
            "name": self.company_name,
            "siret": self.siret,
            "commune": self.commune_id,
            "notes": self.need,
        }

    @property
    def asked_again(self):
        """The other requests of this address or of this SIRET, whatever became of them."""
        same = Q(email__iexact=self.email) if self.email else Q(pk__in=[])
        if self.siret:
            same |= Q(siret=self.siret)
        return Lead.objects.filter(same).exclude(pk=self.pk)

    @property
    def outcome(self):
        """What became of it, in words."""
        if self.company:
            return _("Suivie : %(company)s") % {"company": self.company}
        if self.dismissed_at:
            return _("Classée : %(reason)s") % {"reason": self.dismissal}
        return _("À traiter")

    @transaction.atomic
    def follow(self, company, *, by):
        """`company` is from now on the one that asked; who asked is somebody to talk to there."""
        self._lock()
        if not company.contacts.filter(email__iexact=self.email).exists():
            company.contacts.create(name=self.contact_name, email=self.email, phone=self.phone)
        self.company, self.settled_by = company, by
        self.save(update_fields=["company", "settled_by"])

    @transaction.atomic
    def dismiss(self, *, reason, by):
        """Nobody will follow this request; `reason` says why."""
        self._lock()
        self.dismissed_at, self.dismissal, self.settled_by = timezone.now(), reason, by
        self.save(update_fields=["dismissed_at", "dismissal", "settled_by"])

    @transaction.atomic
    def reopen(self):
        """Settled by mistake: to be answered again. What was written of the company stays."""
        if self._read_again().waits:
            raise ValidationError(_("Cette demande est déjà à traiter."), code="waits")
        self.company = self.dismissed_at = self.settled_by = None
        self.dismissal = ""
        self.save(update_fields=["company", "dismissed_at", "dismissal", "settled_by"])

    @transaction.atomic
    def pass_on(self, antenna):
        """The request is for this antenna from now on."""
        self._lock()
        self.antenna = antenna
        self.save(update_fields=["antenna"])

    def _lock(self):
        """ValidationError once somebody has settled it."""
        if not self._read_again().waits:
            raise ValidationError(_("Cette demande est déjà traitée."), code="settled")

    def _read_again(self):
        return Lead.objects.select_for_update().get(pk=self.pk)
