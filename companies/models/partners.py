"""The sponsors and experts who help companies."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from companies.fields import WebsiteField
from companies.identifiers import format_siren, validate_siren
from companies.sectors import sectors_in, validate_sectors
from territories.models import Antenna, Commune
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
    excluded_sectors = models.CharField(
        _("secteurs exclus"),
        max_length=200,
        blank=True,
        validators=[validate_sectors],
        help_text=_(
            "Ses intervenants n’y sont jamais proposés, par exemple chez ses concurrents. Sections"
            " (une lettre) ou débuts de codes NAF, séparés par des espaces : C 45 46.7."
        ),
    )
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
    def sectors(self):
        """The sectors that it excludes, one by one."""
        return sectors_in(self.excluded_sectors)

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

    def with_offers(self):
        """Brings along the skills that each offers, in one query."""
        offers = Expert.offers.rel.related_model.objects.select_related("skill")
        return self.prefetch_related(Prefetch("offers", offers))

    def serving(self, antenna):
        return self.filter(antennas=antenna)

    def available_on(self, day):
        """Available, and not away on that day."""
        away = Q(absences__starts_on__lte=day, absences__ends_on__gte=day)
        return self.filter(is_available=True).exclude(pk__in=Expert.objects.filter(away))


class Expert(models.Model):
    """A sponsor's person who gives skill-days: how many a year, how far from home."""

    class Reach(models.TextChoices):
        """Official lists place a commune in areas, not on a map: nearness is one of areas."""

        ANTENNAS = "antennas", _("Partout où travaillent ses antennes")
        DEPARTMENT = "department", _("Dans le département de sa commune de départ")
        EPCI = "epci", _("Dans l’intercommunalité de sa commune de départ")

    sponsor = models.ForeignKey(
        Sponsor, models.PROTECT, verbose_name=_("apporteur"), related_name="experts"
    )
    first_name = models.CharField(_("prénom"), max_length=80)
    last_name = models.CharField(_("nom"), max_length=80)
    email = models.EmailField(_("adresse électronique"), blank=True)
    phone = models.CharField(_("téléphone"), max_length=30, blank=True)
    skills = models.ManyToManyField(
        Skill,
        through="Offer",
        verbose_name=_("compétences"),
        related_name="experts",
        blank=True,
    )
    antennas = models.ManyToManyField(Antenna, verbose_name=_("antennes"), related_name="experts")
    home = models.ForeignKey(
        Commune,
        models.PROTECT,
        verbose_name=_("commune de départ"),
        related_name="experts",
        null=True,
        blank=True,
    )
    reach = models.CharField(
        _("se déplace"), max_length=10, choices=Reach.choices, default=Reach.ANTENNAS
    )
    days_a_year = models.PositiveSmallIntegerField(
        _("journées par an"),
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        null=True,
        blank=True,
        help_text=_("Ce que cette personne peut donner dans l’année. Vide : on ne sait pas."),
    )
    languages = models.CharField(
        _("autres langues parlées"),
        max_length=100,
        blank=True,
        help_text=_("Outre le français, par exemple : allemand, luxembourgeois."),
    )
    is_available = models.BooleanField(_("disponible"), default=True)
    search = SearchField("last_name", "first_name")

    objects = ExpertQuerySet.as_manager()

    class Meta:
        verbose_name = _("intervenant")
        verbose_name_plural = _("intervenants")
        ordering = ["search"]
        indexes = [models.Index(fields=["search"], name="expert_by_name")]
        constraints = [
            models.CheckConstraint(
                condition=Q(reach__in=["antennas", "department", "epci"]),
                name="expert_reach_known",
            ),
            models.CheckConstraint(
                condition=Q(reach="antennas") | Q(home__isnull=False),
                name="expert_reach_begins_somewhere",
                violation_error_code="home",
                violation_error_message=_("Dites de quelle commune cette personne part."),
            ),
            models.CheckConstraint(
                condition=Q(days_a_year=None) | Q(days_a_year__gte=1, days_a_year__lte=365),
                name="expert_days_fit_a_year",
                violation_error_code="days_a_year",
                violation_error_message=_("De 1 à 365 journées par an ; vide si on ne sait pas."),
            ),
        ]

    def __str__(self):
        return f"{self.first_name} {self.last_name}"

    def get_absolute_url(self):
        return reverse("companies:expert", args=[self.pk])

    def clean(self):
        if self.reach == self.Reach.EPCI and self.home and self.home.epci_id is None:
            raise ValidationError(
                {"home": _("Cette commune n’est dans aucune intercommunalité.")}, code="no_epci"
            )

    @transaction.atomic
    def offer(self, levels):
        """Offer these skills and no other: `levels` is by key of a skill."""
        self.offers.exclude(skill__in=levels).delete()
        for skill, level in levels.items():
            self.offers.update_or_create(skill_id=skill, defaults={"level": level})

    @property
    def skill_names(self):
        """Each skill offered, with its level."""
        return ", ".join(map(str, self.offers.all()))
