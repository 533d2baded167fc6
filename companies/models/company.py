"""The companies helped, and whom to talk to in them."""

from functools import cached_property

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from companies.fields import WebsiteField
from companies.identifiers import format_siren, format_siret, validate_siren, validate_siret
from companies.undertaking import UndertakingMixin
from territories.dates import validate_not_future
from territories.models import Antenna, Commune
from territories.scoping import ScopedQuerySet, SharedQuerySet
from territories.search import SearchField, SearchMixin


class NafCodeQuerySet(SearchMixin, SharedQuerySet):
    def sub_classes(self):
        """The 732 codes that a company can carry."""
        return self.filter(level=5)


class NafCode(models.Model):
    """A line of the French classification of activities (NAF rév. 2, 2008)."""

    code = models.CharField(_("code"), max_length=6, primary_key=True)
    label = models.CharField(_("intitulé"), max_length=150)
    level = models.PositiveSmallIntegerField(
        _("niveau"), help_text=_("2 division, 3 groupe, 4 classe, 5 sous-classe")
    )
    search = SearchField("label", "code", "compact_code")

    objects = NafCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("code NAF")
        verbose_name_plural = _("codes NAF")
        ordering = ["code"]

    def __str__(self):
        return f"{self.code} – {self.label}"

    @property
    def compact_code(self):
        """As INSEE's notices print it: `2562B`."""
        return self.code.replace(".", "")


class CompanyQuerySet(UndertakingMixin, SearchMixin, ScopedQuerySet):
    def with_size(self):
        """Brings the latest figures along, so that the size of each row costs no query."""
        return self.prefetch_related("figures")


class Company(models.Model):
    """A small or medium-sized company that an antenna follows."""

    antenna = models.ForeignKey(
        Antenna, models.PROTECT, verbose_name=_("antenne"), related_name="companies"
    )
    name = models.CharField(_("raison sociale"), max_length=150)
    siren = models.CharField(
        _("SIREN"), max_length=9, validators=[validate_siren], editable=False, db_index=True
    )
    siret = models.CharField(_("SIRET"), max_length=14, validators=[validate_siret])
    naf = models.ForeignKey(
        NafCode,
        models.PROTECT,
        verbose_name=_("activité (code NAF)"),
        related_name="companies",
        null=True,
        blank=True,
    )
    address = models.CharField(_("adresse"), max_length=200, blank=True)
    commune = models.ForeignKey(
        Commune, models.PROTECT, verbose_name=_("commune"), related_name="companies"
    )
    founded_on = models.DateField(
        _("date de création"), null=True, blank=True, validators=[validate_not_future]
    )
    group_name = models.CharField(
        _("groupe"),
        max_length=150,
        blank=True,
        help_text=_("Vide si l’entreprise est indépendante."),
    )
    website = WebsiteField(_("site internet"), blank=True)
    notes = models.TextField(_("notes"), max_length=5000, blank=True)
    search = SearchField("name", "siret", "group_name")

    objects = CompanyQuerySet.as_manager()

    class Meta:
        verbose_name = _("entreprise")
        verbose_name_plural = _("entreprises")
        ordering = ["search"]
        constraints = [
            models.UniqueConstraint(
                fields=["antenna", "siret"],
                name="company_siret_once_in_its_antenna",
                violation_error_message=_("L’antenne suit déjà une entreprise de ce SIRET."),
            ),
            models.CheckConstraint(
                condition=Q(siret__startswith=F("siren")),
                name="company_siret_starts_with_its_siren",
            ),
        ]
        indexes = [
            models.Index(fields=["siret"], name="company_by_siret"),
            models.Index(fields=["search"], name="company_by_name"),
            models.Index(fields=["antenna", "search"], name="company_by_antenna_and_name"),
            models.Index(fields=["antenna", "commune"], name="company_by_antenna_and_commune"),
        ]

    def __str__(self):
        return self.name

    def save(self, **kwargs):
        """A SIRET begins with the SIREN: it is typed once."""
        self.siren = self.siret[:9]
        super().save(**kwargs)

    def get_absolute_url(self):
        return reverse("companies:company", args=[self.pk])

    @property
    def option_label(self):
        """Names one establishment in a look-up: two companies can have the same name."""
        return f"{self.name} ({self.siret_display})"

    @property
    def siren_display(self):
        return format_siren(self.siren)

    @property
    def siret_display(self):
        return format_siret(self.siret)

    @cached_property
    def latest_figures(self):
        return max(self.figures.all(), key=lambda figures: figures.closed_on, default=None)

    @property
    def main_contact(self):
        contacts = sorted(
            self.contacts.all(), key=lambda contact: (not contact.is_main, contact.pk)
        )
        return contacts[0] if contacts else None

    def namesakes(self):
        """Other rows of the network with this SIREN, in every antenna: the caller tells no more."""
        return Company.objects.filter(siren=self.siren).exclude(pk=self.pk)


class ContactQuerySet(ScopedQuerySet):
    antenna_path = "company__antenna"


class Contact(models.Model):
    """A person to talk to in a company."""

    company = models.ForeignKey(
        Company, models.CASCADE, verbose_name=_("entreprise"), related_name="contacts"
    )
    name = models.CharField(_("nom"), max_length=100)
    position = models.CharField(_("fonction"), max_length=100, blank=True)
    email = models.EmailField(_("adresse électronique"), blank=True)
    phone = models.CharField(_("téléphone"), max_length=30, blank=True)
    is_main = models.BooleanField(_("interlocuteur principal"), default=False)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("interlocuteur")
        verbose_name_plural = _("interlocuteurs")
        ordering = ["-is_main", "name"]

    def __str__(self):
        return self.name

    @property
    def antenna(self):
        return self.company.antenna
