"""The approval committee of an antenna, and who sits in it."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Role
from committee.quorum import business_majority
from companies.identifiers import validate_siren
from companies.models import Sponsor
from territories.dates import in_figures
from territories.models import Antenna
from territories.scoping import ScopedQuerySet


class CommitteeQuerySet(ScopedQuerySet):
    pass


class Committee(models.Model):
    """The approval committee (comité d'agrément) that decides for an antenna."""

    antenna = models.ForeignKey(
        Antenna, models.PROTECT, verbose_name=_("antenne"), related_name="committees"
    )
    name = models.CharField(_("nom"), max_length=100)
    since = models.DateField(_("constitué le"))
    until = models.DateField(_("dissous le"), null=True, blank=True)

    objects = CommitteeQuerySet.as_manager()

    class Meta:
        verbose_name = _("comité d’agrément")
        verbose_name_plural = _("comités d’agrément")
        ordering = ["-since", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="committee_ends_after_it_starts",
                violation_error_code="until",
                violation_error_message=_("Le comité ne peut pas finir avant d’avoir commencé."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("committee:committee", args=[self.pk])

    def sits_on(self, day):
        return self.since <= day and (self.until is None or day <= self.until)

    def seats_on(self, day):
        return [seat for seat in self.seats.all() if seat.is_held_on(day)]

    @property
    def seats_today(self):
        return len(self.seats_on(timezone.localdate()))

    def warnings_on(self, day):
        """What is wrong with who sits on `day`, or will be once mandates end: sentences."""
        held = self.seats_on(day)
        if not self.sits_on(day):
            return []
        if not held:
            return [_("Personne ne siège : ce comité ne peut pas décider.")]
        heads = sum(seat.college == Seat.College.BUSINESS for seat in held)
        counts = {"heads": heads, "seats": len(held)}
        chairs = sum(seat.is_chair for seat in held)
        checks = [
            (chairs > 0, _("Personne ne préside le comité.")),
            (chairs < 2, _("Plusieurs sièges président le comité : il n’en faut qu’un.")),
            (
                self.has_business_majority(day),
                _(
                    "Les chefs d’entreprise n’ont pas la majorité :"
                    " %(heads)d sur %(seats)d sièges. Il leur en faut plus de la moitié."
                )
                % counts,
            ),
        ]
        sentences = [sentence for holds, sentence in checks if not holds]
        if self.has_business_majority(day) and (lost_on := self._majority_lost_after(day)):
            sentences.append(
                _("Les chefs d’entreprise perdent la majorité le %(day)s : des mandats finissent.")
                % {"day": in_figures(lost_on)}
            )
        return sentences

    def _majority_lost_after(self, day):
        """The first later day on which company heads no longer hold it, None without one."""
        seats = self.seats.all()
        ends = {seat.mandate_until + timedelta(1) for seat in seats if seat.mandate_until}
        changes = sorted(ends | {seat.mandate_from for seat in seats})
        return next(
            (
                each
                for each in changes
                if each > day and self.sits_on(each) and not self.has_business_majority(each)
            ),
            None,
        )

    @property
    def has_business_majority_today(self):
        return self.has_business_majority(timezone.localdate())

    def has_business_majority(self, day):
        """The rule of the scheme: company heads hold more than half of the seats."""
        return business_majority(seat.college for seat in self.seats_on(day))


class SeatQuerySet(ScopedQuerySet):
    antenna_path = "committee__antenna"

    def held_on(self, day):
        """Seats whose mandate covers `day`."""
        until = Q(mandate_until=None) | Q(mandate_until__gte=day)
        return self.filter(until, mandate_from__lte=day)

    def held_beside(self, seat):
        """Other seats of the committee of `seat`, held on a day when it is."""
        others = self.filter(committee=seat.committee_id).exclude(pk=seat.pk)
        others = others.filter(Q(mandate_until=None) | Q(mandate_until__gte=seat.mandate_from))
        if seat.mandate_until:
            others = others.filter(mandate_from__lte=seat.mandate_until)
        return others


class Seat(models.Model):
    """A place in a committee: who holds it, who stands in, for whom, from when to when."""

    class College(models.TextChoices):
        BUSINESS = "business", _("Chefs d’entreprise")
        INSTITUTION = "institution", _("Institutions")
        BANK = "bank", _("Banques")
        ACCOUNTANT = "accountant", _("Experts-comptables")
        ASSOCIATION = "association", _("Associations")

    committee = models.ForeignKey(
        Committee, models.CASCADE, verbose_name=_("comité"), related_name="seats"
    )
    college = models.CharField(_("collège"), max_length=12, choices=College.choices)
    holder = models.CharField(_("titulaire"), max_length=100)
    deputy = models.CharField(_("suppléant"), max_length=100, blank=True)
    employer = models.ForeignKey(
        Sponsor,
        models.PROTECT,
        verbose_name=_("employeur (apporteur)"),
        related_name="seats",
        null=True,
        blank=True,
    )
    employer_name = models.CharField(
        _("employeur (autre)"),
        max_length=150,
        blank=True,
        help_text=_("Quand ce n’est pas un apporteur du réseau."),
    )
    employer_siren = models.CharField(
        _("SIREN de l’employeur"),
        max_length=9,
        blank=True,
        validators=[validate_siren],
        help_text=_("Il se déporte des dossiers de cette entreprise."),
    )
    employer_group = models.CharField(
        _("groupe de l’employeur"),
        max_length=150,
        blank=True,
        help_text=_("Il se déporte des dossiers des entreprises du même groupe."),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("compte du titulaire"),
        related_name="seats",
        null=True,
        blank=True,
    )
    email = models.EmailField(
        _("adresse électronique"),
        blank=True,
        help_text=_("Pour convoquer un membre qui n’a pas de compte."),
    )
    is_chair = models.BooleanField(_("préside le comité"), default=False)
    mandate_from = models.DateField(_("mandat du"))
    mandate_until = models.DateField(_("mandat jusqu’au"), null=True, blank=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("siège")
        verbose_name_plural = _("sièges")
        ordering = ["-is_chair", "college", "holder"]
        constraints = [
            models.CheckConstraint(
                condition=Q(mandate_until=None) | Q(mandate_until__gte=F("mandate_from")),
                name="seat_mandate_ends_after_it_starts",
                violation_error_code="mandate_until",
                violation_error_message=_("Le mandat ne peut pas finir avant d’avoir commencé."),
            ),
            models.CheckConstraint(
                condition=Q(
                    college__in=["business", "institution", "bank", "accountant", "association"]
                ),
                name="seat_college_known",
            ),
        ]

    def __str__(self):
        return self.holder

    def clean(self):
        if self.employer and self.employer_name:
            raise ValidationError(
                {"employer_name": _("Choisissez un apporteur, ou écrivez un autre employeur.")}
            )
        if self.committee_id and self.user_id:
            self._check_is_no_colleague()
        if self.committee_id and self.mandate_from:
            self._check_others()

    def _check_is_no_colleague(self):
        roles = Membership.objects.filter(user=self.user_id, antenna=self.committee.antenna)
        if roles.filter(role__in=[Role.COORDINATOR, Role.READER]).exists():
            raise ValidationError(
                {
                    "user": _(
                        "Cette personne travaille dans l’antenne : elle en lit tous les dossiers,"
                        " et ne siège pas à son comité."
                    )
                }
            )

    def _check_others(self):
        """One chair a day, and one seat a person: known by their account or their address."""
        others = list(Seat.objects.held_beside(self).select_related("user"))
        if self.is_chair and (chair := next((each for each in others if each.is_chair), None)):
            raise ValidationError(
                {
                    "is_chair": _(
                        "%(holder)s préside déjà le comité pendant ce mandat :"
                        " un seul siège le préside."
                    )
                    % {"holder": chair}
                }
            )
        address = self.address.casefold()
        for other in others:
            if address and other.address.casefold() == address:
                raise ValidationError(
                    {
                        "user" if self.user_id else "email": _(
                            "Cette personne a déjà un siège du comité pendant ce mandat"
                            " (%(holder)s) : une personne, un siège."
                        )
                        % {"holder": other}
                    }
                )

    @property
    def antenna(self):
        return self.committee.antenna

    @property
    def address(self):
        """Where the holder is written to; empty when nobody knows."""
        return self.user.email if self.user else self.email

    @property
    def siren(self):
        """The SIREN of the employer, a sponsor or not; empty when unknown."""
        return self.employer.siren if self.employer else self.employer_siren

    def is_held_on(self, day):
        return self.mandate_from <= day and (
            self.mandate_until is None or day <= self.mandate_until
        )
