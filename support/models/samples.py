"""Files drawn at random, whose jobs are proved one by one."""

from secrets import randbelow

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from committee.models import Application
from conventions.models import Convention
from support.models.jobs import Job
from support.sampling import draw, wilson
from territories.dates import in_figures, validate_not_future
from territories.scoping import ScopedQuerySet

SEEDS = 10**9


class SampleQuerySet(ScopedQuerySet):
    antenna_path = "convention__antenna"


class Sample(models.Model):
    """Files of a convention drawn at random among those with jobs that count on a day."""

    convention = models.ForeignKey(
        Convention, models.PROTECT, verbose_name=_("convention"), related_name="samples"
    )
    drawn_on = models.DateField(_("tiré le"), validators=[validate_not_future])
    size = models.PositiveSmallIntegerField(
        _("nombre de dossiers"), validators=[MinValueValidator(1), MaxValueValidator(500)]
    )
    population = models.PositiveIntegerField(_("parmi"), editable=False)
    seed = models.PositiveIntegerField(
        _("numéro du tirage"),
        help_text=_("Le même nombre tire les mêmes dossiers : chacun peut refaire le tirage."),
        validators=[MaxValueValidator(SEEDS)],
    )
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("tiré par"),
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )

    objects = SampleQuerySet.as_manager()

    class Meta:
        verbose_name = _("contrôle par sondage")
        verbose_name_plural = _("contrôles par sondage")
        ordering = ["-drawn_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(size__gte=1, population__gte=F("size")),
                name="sample_within_its_population",
            ),
        ]

    def __str__(self):
        return _("Sondage du %(day)s – %(convention)s") % {
            "day": in_figures(self.drawn_on),
            "convention": self.convention.reference,
        }

    def get_absolute_url(self):
        return reverse("support:sample", args=[self.pk])

    @property
    def antenna(self):
        return self.convention.antenna

    @classmethod
    @transaction.atomic
    def draw(cls, convention, size, *, on, seed=None, by=None):
        """Draw `size` files of a convention; the number of jobs that each counts is frozen.

        ValidationError when no file has a job that counts on the day `on`.
        """
        counting = Job.objects.counting_on(on).filter(application__convention=convention)
        jobs = {}
        for key in counting.values_list("application", flat=True):
            jobs[key] = jobs.get(key, 0) + 1
        if not jobs:
            raise ValidationError(
                _("Aucun dossier de cette convention n’a d’emploi à contrôler."), code="nothing"
            )
        seed = randbelow(SEEDS) if seed is None else seed
        keys = draw(list(jobs), size, seed)
        sample = cls(
            convention=convention,
            drawn_on=on,
            size=len(keys),
            population=len(jobs),
            seed=seed,
            drawn_by=by,
        )
        sample.full_clean()
        sample.save()
        SampleItem.objects.bulk_create(
            SampleItem(sample=sample, application_id=key, jobs=jobs[key]) for key in keys
        )
        return sample

    @property
    def checked(self):
        return [item for item in self.items.all() if item.checked_on]

    @property
    def share(self):
        """The share of the checked files whose jobs are all proved, with its interval."""
        checked = self.checked
        return wilson(sum(item.is_proved for item in checked), len(checked))


class SampleItemQuerySet(ScopedQuerySet):
    antenna_path = "sample__convention__antenna"


class SampleItem(models.Model):
    """One file of a sample: how many jobs it counted, how many of them were proved."""

    sample = models.ForeignKey(
        Sample, models.CASCADE, verbose_name=_("sondage"), related_name="items"
    )
    application = models.ForeignKey(
        Application, models.PROTECT, verbose_name=_("dossier"), related_name="samples"
    )
    jobs = models.PositiveSmallIntegerField(_("emplois comptés au tirage"))
    proved = models.PositiveSmallIntegerField(_("emplois prouvés"), null=True, blank=True)
    asked_on = models.DateField(_("preuve demandée le"), null=True, blank=True)
    checked_on = models.DateField(_("contrôlé le"), null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("contrôlé par"),
        related_name="+",
        null=True,
        blank=True,
    )
    note = models.CharField(_("pièces vues"), max_length=200, blank=True)

    objects = SampleItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("dossier d’un sondage")
        verbose_name_plural = _("dossiers d’un sondage")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sample", "application"], name="sample_item_once_in_a_sample"
            ),
            models.CheckConstraint(
                condition=Q(checked_on=None, proved=None)
                | Q(checked_on__isnull=False, proved__isnull=False, proved__lte=F("jobs")),
                name="sample_item_proves_no_more_than_it_counted",
                violation_error_message=_("On ne prouve pas plus d’emplois qu’il n’y en avait."),
            ),
        ]

    def __str__(self):
        return f"{self.sample} – {self.application}"

    def get_absolute_url(self):
        return self.sample.get_absolute_url()

    @property
    def antenna(self):
        return self.sample.antenna

    @property
    def is_proved(self):
        return self.proved == self.jobs

    def to_prove(self):
        """The jobs of the file that counted when the sample was drawn."""
        return self.application.jobs.counting_on(self.sample.drawn_on).order_by("starts_on", "pk")

    @transaction.atomic
    def record(self, proved, *, on, note, by=None):
        """Record which of the jobs to prove, `proved`, were; each is verified, `note` says how."""
        latest = SampleItem.objects.select_for_update().get(pk=self.pk)
        if latest.checked_on:
            raise ValidationError(_("Ce dossier est déjà contrôlé."), code="checked")
        if on < self.sample.drawn_on:
            raise ValidationError(
                {"on": _("Un dossier se contrôle après avoir été tiré.")}, code="dates"
            )
        if len(proved) > self.jobs:
            told = _("Le tirage en comptait %(number)d : cochez-en autant au plus.")
            raise ValidationError({"proved": told % {"number": self.jobs}}, code="too_many")
        if not note.strip():
            raise ValidationError({"note": _("Dites quelles pièces vous avez vues.")}, code="how")
        for job in proved:
            if not job.verified_on:
                job.verify(on=on, how=note, by=by)
        self.proved, self.checked_on, self.checked_by, self.note = len(proved), on, by, note
        self.full_clean()
        self.save(update_fields=["proved", "checked_on", "checked_by", "note"])
