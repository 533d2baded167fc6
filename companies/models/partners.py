"""The sponsors and experts who help companies."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from companies.fields import WebsiteField
from companies.identifiers import format_siren, validate_siren
from territories.models import Antenna
from territories.scoping import ScopedQuerySet, SharedQuerySet
from territories.search import SEPARATOR, SearchField, SearchMixin, fold


class SponsorQuerySet(SearchMixin, SharedQuerySet):
    def tied_to(self, *companies):
        """Sponsors that are one of `companies`, by its SIREN, or its group, by its name."""
        tied = Q(siren__in={company.siren for company in companies})
        for group in {fold(company.group_name) for company in companies} - {""}:
            tied |= Q(search__startswith=group + SEPARATOR)
        return self.filter(tied)


class Sponsor(models.Model):
    """Who lends people or gives money. Shared by the whole network."""

    class Kind(models.TextChoices):
        LARGE_GROUP = "large_group", _("Grand groupe")
        COMPANY = "company", _("Entreprise")
        PUBLIC_BODY = "public_body", _("Organisme public")
        CHAMBER = "chamber", _("Chambre consulaire")
        ASSOCIATION = "association", _("Association")
        BANK = "bank", _("Banque")

    name = models.CharField(
        _("nom"),
        max_length=150,
        unique=True,
        error_messages={"unique": _("Un apporteur a déjà ce nom.")},
    )
    kind = models.CharField(_("nature"), max_length=12, choices=Kind.choices)
    siren = models.CharField(_("SIREN"), max_length=9, blank=True, validators=[validate_siren])
    website = WebsiteField(_("site internet"), blank=True)
    contact_name = models.CharField(_("personne à qui écrire"), max_length=100, blank=True)
    email = models.EmailField(_("adresse électronique"), blank=True)
    address = models.TextField(_("adresse postale"), max_length=300, blank=True)
    notes = models.TextField(_("notes"), max_length=5000, blank=True)
    search = SearchField("name", "siren")

    objects = SponsorQuerySet.as_manager()

    class Meta:
        verbose_name = _("apporteur")
        verbose_name_plural = _("apporteurs")
        ordering = ["search"]
        indexes = [models.Index(fields=["search"], name="sponsor_by_name")]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "large_group",
                        "company",
                        "public_body",
                        "chamber",
                        "association",
                        "bank",
                    ]
                ),
                name="sponsor_kind_known",
            ),
            models.UniqueConstraint(
                fields=["siren"],
                condition=~Q(siren=""),
                name="sponsor_siren_once",
                violation_error_message=_("Un apporteur a déjà ce SIREN."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("companies:sponsor", args=[self.pk])

    def is_tied_to(self, company):
        group = fold(company.group_name)
        return self.siren == company.siren or bool(group) and group == fold(self.name)

    @property
    def siren_display(self):
        return format_siren(self.siren)


class Skill(models.Model):
    """A line of the controlled list of skills."""

    name = models.CharField(_("nom"), max_length=80, unique=True)

    objects = SharedQuerySet.as_manager()

    class Meta:
        verbose_name = _("compétence")
        verbose_name_plural = _("compétences")
        ordering = ["name"]

    def __str__(self):
        return self.name


class ExpertQuerySet(SearchMixin, ScopedQuerySet):
    antenna_path = "antennas"

    def visible_to(self, user):
        """An expert can serve several antennas, and must come out once."""
        if user.is_national:
            return self.all()
        mine = Expert.antennas.through.objects.filter(antenna__in=user.antenna_ids)
        return self.filter(pk__in=mine.values("expert"))


class Expert(models.Model):
    """A sponsor's person who gives skill-days."""

    sponsor = models.ForeignKey(
        Sponsor, models.PROTECT, verbose_name=_("apporteur"), related_name="experts"
    )
    first_name = models.CharField(_("prénom"), max_length=80)
    last_name = models.CharField(_("nom"), max_length=80)
    email = models.EmailField(_("adresse électronique"), blank=True)
    phone = models.CharField(_("téléphone"), max_length=30, blank=True)
    skills = models.ManyToManyField(
        Skill, verbose_name=_("compétences"), related_name="experts", blank=True
    )
    antennas = models.ManyToManyField(Antenna, verbose_name=_("antennes"), related_name="experts")
    is_available = models.BooleanField(_("disponible"), default=True)
    search = SearchField("last_name", "first_name")

    objects = ExpertQuerySet.as_manager()

    class Meta:
        verbose_name = _("intervenant")
        verbose_name_plural = _("intervenants")
        ordering = ["search"]
        indexes = [models.Index(fields=["search"], name="expert_by_name")]

    def __str__(self):
        return f"{self.first_name} {self.last_name}"

    def get_absolute_url(self):
        return reverse("companies:expert", args=[self.pk])

    @property
    def skill_names(self):
        return ", ".join(skill.name for skill in self.skills.all())
