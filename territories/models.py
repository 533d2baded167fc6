"""Where the network works: communes, antennas, their territories, the closures they answer to."""

from django.db import models
from django.db.models import Count, F, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from territories.dates import validate_not_future
from territories.scoping import ScopedQuerySet, SharedQuerySet
from territories.search import SearchField, SearchMixin


class Department(models.Model):
    """A French département, with its region; official list of 2026."""

    code = models.CharField(_("code"), max_length=3, primary_key=True)
    name = models.CharField(_("nom"), max_length=100)
    region_code = models.CharField(_("code de la région"), max_length=3)
    region_name = models.CharField(_("région"), max_length=100)

    objects = SharedQuerySet.as_manager()

    class Meta:
        verbose_name = _("département")
        verbose_name_plural = _("départements")
        ordering = ["code"]

    def __str__(self):
        return f"{self.name} ({self.code})"


class EpciQuerySet(SearchMixin, SharedQuerySet):
    pass


class Epci(models.Model):
    """A grouping of communes (communauté de communes, d'agglomération, métropole)."""

    siren = models.CharField(_("SIREN"), max_length=9, primary_key=True)
    name = models.CharField(_("nom"), max_length=150)
    kind = models.CharField(_("nature"), max_length=10)
    search = SearchField("name", "siren")

    objects = EpciQuerySet.as_manager()

    class Meta:
        verbose_name = _("intercommunalité")
        verbose_name_plural = _("intercommunalités")
        ordering = ["search"]

    def __str__(self):
        return self.name


class CommuneQuerySet(SearchMixin, SharedQuerySet):
    pass


class Commune(models.Model):
    """A commune of the official list (COG 2026). Codes are text: Ain starts with a zero."""

    code = models.CharField(_("code INSEE"), max_length=5, primary_key=True)
    name = models.CharField(_("nom"), max_length=100)
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("département"), related_name="communes"
    )
    epci = models.ForeignKey(
        Epci,
        models.PROTECT,
        verbose_name=_("intercommunalité"),
        related_name="communes",
        null=True,
        blank=True,
    )
    postal_codes = models.CharField(_("codes postaux"), max_length=200, blank=True)
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    search = SearchField("name", "code", "postal_codes")

    objects = CommuneQuerySet.as_manager()

    class Meta:
        verbose_name = _("commune")
        verbose_name_plural = _("communes")
        ordering = ["search"]
        indexes = [models.Index(fields=["search"], name="commune_by_name")]

    def __str__(self):
        return f"{self.name} ({self.postal_code or self.code})"

    @property
    def postal_code(self):
        return self.postal_codes.partition(" ")[0]


class AntennaQuerySet(SearchMixin, ScopedQuerySet):
    antenna_path = "pk"


class Antenna(models.Model):
    """A local team of the network. It is not a legal person: a host organisation carries it."""

    class Status(models.TextChoices):
        PROJECT = "project", _("En projet")
        ACTIVE = "active", _("Active")
        DORMANT = "dormant", _("En sommeil")
        CLOSED = "closed", _("Fermée")

    name = models.CharField(
        _("nom"),
        max_length=100,
        unique=True,
        error_messages={"unique": _("Une antenne a déjà ce nom.")},
    )
    host = models.CharField(_("structure porteuse"), max_length=150, blank=True)
    status = models.CharField(
        _("état"), max_length=10, choices=Status.choices, default=Status.PROJECT
    )
    opened_on = models.DateField(_("ouverte le"), null=True, blank=True)
    closed_on = models.DateField(_("fermée le"), null=True, blank=True)
    contact_name = models.CharField(_("personne à contacter"), max_length=100, blank=True)
    contact_email = models.EmailField(_("adresse électronique"), blank=True)
    contact_phone = models.CharField(_("téléphone"), max_length=30, blank=True)
    search = SearchField("name", "host")

    objects = AntennaQuerySet.as_manager()

    class Meta:
        verbose_name = _("antenne")
        verbose_name_plural = _("antennes")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["project", "active", "dormant", "closed"]),
                name="antenna_status_known",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(opened_on=None) | Q(closed_on__gte=F("opened_on")),
                name="antenna_closes_after_it_opens",
                violation_error_code="closed_on",
                violation_error_message=_("L’antenne ne peut pas fermer avant d’avoir ouvert."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("territories:antenna", args=[self.pk])

    @property
    def antenna(self):
        """Itself, so that rights are asked of an antenna as of any row that belongs to one."""
        return self


class TerritoryQuerySet(ScopedQuerySet):
    def with_people(self):
        """Brings `commune_count` and `population` (None when no commune's is known)."""
        rows = self.annotate(
            commune_count=Count("communes"), population=Sum("communes__population")
        )
        return rows.order_by("name")


class Territory(models.Model):
    """A chosen area: a pays, a département, a former basin, a town. Made of communes."""

    antenna = models.ForeignKey(
        Antenna, models.PROTECT, verbose_name=_("antenne"), related_name="territories"
    )
    name = models.CharField(_("nom"), max_length=100)
    communes = models.ManyToManyField(
        Commune, verbose_name=_("communes"), related_name="territories", blank=True
    )

    objects = TerritoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("territoire")
        verbose_name_plural = _("territoires")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["antenna", "name"],
                name="territory_named_once_in_its_antenna",
                violation_error_message=_("L’antenne a déjà un territoire de ce nom."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("territories:territory", args=[self.pk])


class ClosureQuerySet(ScopedQuerySet):
    pass


class Closure(models.Model):
    """A site that closed, and the jobs to re-create: why an antenna exists."""

    antenna = models.ForeignKey(
        Antenna, models.PROTECT, verbose_name=_("antenne"), related_name="closures"
    )
    site = models.CharField(_("site"), max_length=150)
    company_name = models.CharField(_("entreprise"), max_length=150)
    commune = models.ForeignKey(
        Commune,
        models.PROTECT,
        verbose_name=_("commune"),
        related_name="closures",
        null=True,
        blank=True,
    )
    closed_on = models.DateField(
        _("date de fermeture"), null=True, blank=True, help_text=_("Vide si elle n’est pas connue.")
    )
    jobs_cut = models.PositiveIntegerField(_("emplois supprimés"))
    recreation_target = models.PositiveIntegerField(
        _("emplois à recréer"),
        null=True,
        blank=True,
        help_text=_("Engagement pris à la fermeture."),
    )
    recreated_by = models.CharField(
        _("société de reconversion"),
        max_length=150,
        blank=True,
        help_text=_("Qui s’est engagé à recréer ces emplois."),
    )
    jobs_recreated = models.PositiveIntegerField(_("emplois recréés à ce jour"), default=0)
    recreated_on = models.DateField(
        _("compte arrêté le"), null=True, blank=True, validators=[validate_not_future]
    )

    objects = ClosureQuerySet.as_manager()

    class Meta:
        verbose_name = _("fermeture de site")
        verbose_name_plural = _("fermetures de sites")
        ordering = ["-closed_on", "site"]

    def __str__(self):
        return f"{self.company_name}, {self.site}"

    def get_absolute_url(self):
        return reverse("territories:closure", args=[self.pk])

    @property
    def share_recreated(self):
        """Share of the target reached, or None when nothing was promised."""
        return self.jobs_recreated / self.recreation_target if self.recreation_target else None
