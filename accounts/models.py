"""People who sign in, what each is in the network, and the long files that they asked for."""

from datetime import timedelta
from functools import cached_property

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from territories.models import Antenna
from territories.scoping import ScopedQuerySet


class UserQuerySet(models.QuerySet):
    def visible_to(self, user):
        """People and their roles are the network's affair."""
        return self.all() if user.may_edit_network else self.none()

    def coordinating(self, antenna):
        """Those who may sign in and coordinate this antenna."""
        roles = Membership.objects.filter(role=Role.COORDINATOR, antenna=antenna)
        return self.filter(is_active=True, pk__in=roles.values("user"))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def create_user(self, email, password=None, **fields):
        """A person who signs in by e-mail; without a password, an invitation opens the door."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class Role(models.TextChoices):
    COORDINATOR = "coordinator", _("Animateur")
    READER = "reader", _("Lecteur")
    MEMBER = "member", _("Membre du comité")
    NETWORK = "network", _("Équipe du réseau")
    FUNDER = "funder", _("Financeur")


ANTENNA_ROLES = [Role.COORDINATOR, Role.READER, Role.MEMBER]


class User(AbstractUser):
    """A person, known by an e-mail address."""

    username = None
    email = models.EmailField(_("adresse électronique"), unique=True)
    language = models.CharField(
        _("langue"),
        max_length=2,
        choices=[("fr", _("Français")), ("en", _("Anglais"))],
        default="fr",
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    objects = UserManager()

    class Meta:
        verbose_name = _("personne")
        verbose_name_plural = _("personnes")
        ordering = ["last_name", "first_name", "email"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_once_whatever_the_case",
                violation_error_message=_("Une personne a déjà cette adresse."),
            ),
            models.CheckConstraint(
                condition=Q(language__in=["fr", "en"]), name="user_language_known"
            ),
        ]

    def __str__(self):
        return self.get_full_name() or self.email

    def get_absolute_url(self):
        return reverse("accounts:user", args=[self.pk])

    @cached_property
    def _roles(self):
        """The person's (role, antenna) pairs, read once a request."""
        return list(self.memberships.values_list("role", "antenna_id"))

    def antennas_as(self, *roles):
        """Keys of the antennas in which the person holds one of `roles`."""
        return {antenna for role, antenna in self._roles if role in roles and antenna}

    @property
    def antenna_ids(self):
        """Keys of the antennas whose rows the person may read."""
        return self.antennas_as(Role.COORDINATOR, Role.READER)

    @property
    def antennas(self):
        return Antenna.objects.filter(pk__in=self.antenna_ids)

    def holds(self, role):
        return any(held == role for held, _antenna in self._roles)

    @property
    def roles_display(self):
        administrator = [_("Administrateur")] if self.is_superuser else []
        return ", ".join(map(str, [*administrator, *self.memberships.all()]))

    @property
    def is_national(self):
        """Reads every antenna."""
        return self.is_superuser or self.holds(Role.NETWORK)

    def may_edit(self, antenna):
        """May write the rows of this antenna."""
        return self.is_superuser or antenna.pk in self.antennas_as(Role.COORDINATOR)

    @property
    def sees_several_antennas(self):
        return self.is_national or len(self.antenna_ids) > 1

    @property
    def edited_antennas(self):
        """Antennas whose rows the person may write."""
        if self.is_superuser:
            return Antenna.objects.all()
        return Antenna.objects.filter(pk__in=self.antennas_as(Role.COORDINATOR))

    @property
    def reads_an_antenna(self):
        """Works in an antenna, reads what one does, or works in the network."""
        return self.is_national or bool(self.antenna_ids)

    @property
    def reads_applications(self):
        """Works in an antenna, in its committee, or in the network."""
        return self.reads_an_antenna or bool(self.antennas_as(Role.MEMBER))

    @property
    def reads_evaluations(self):
        """Follows conventions by their evaluations: a funder, or the network."""
        return self.is_national or self.holds(Role.FUNDER)

    @property
    def may_edit_somewhere(self):
        return self.is_superuser or self.holds(Role.COORDINATOR)

    @property
    def may_edit_sponsors(self):
        """May write the sponsors, which every antenna shares."""
        return self.may_edit_somewhere or self.may_edit_network

    @property
    def may_edit_network(self):
        """May write what the network shares: antennas, invitations."""
        return self.is_national

    def may_manage(self, person):
        """May change the roles and the access of `person`: an administrator's, if one oneself."""
        return self.is_superuser or (self.may_edit_network and not person.is_superuser)

    # What the network does with a person; django-auditlog writes each change down

    def give(self, role, antenna=None):
        """Add a role; ValidationError when the person holds it already."""
        membership = Membership(user=self, role=role, antenna=antenna)
        membership.full_clean()
        membership.save()
        return membership

    def take_away(self, membership, *, by):
        """Remove a role, but not the one by which `by` is at work."""
        if self == by and membership.role == Role.NETWORK and not self.is_superuser:
            raise ValidationError(
                _("Ce rôle est le vôtre : demandez à quelqu’un d’autre de vous le retirer."),
                code="own_access",
            )
        membership.delete()

    def deactivate(self, *, by):
        """Close the person's access; everything they did stays under their name."""
        if self == by:
            raise ValidationError(
                _("Vous ne pouvez pas fermer votre propre accès."), code="own_access"
            )
        self.is_active = False
        self.save(update_fields=["is_active"])

    def reactivate(self):
        self.is_active = True
        self.save(update_fields=["is_active"])


class MembershipQuerySet(ScopedQuerySet):
    pass


class Membership(models.Model):
    """One role of one person; a person can have several."""

    user = models.ForeignKey(
        User, models.CASCADE, verbose_name=_("personne"), related_name="memberships"
    )
    role = models.CharField(_("rôle"), max_length=12, choices=Role.choices)
    antenna = models.ForeignKey(
        Antenna,
        models.PROTECT,
        verbose_name=_("antenne"),
        related_name="memberships",
        null=True,
        blank=True,
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("rôle")
        verbose_name_plural = _("rôles")
        ordering = ["role", "antenna"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=["coordinator", "reader", "member"], antenna__isnull=False)
                | Q(role__in=["network", "funder"], antenna=None),
                name="membership_antenna_follows_role",
                violation_error_message=_(
                    "Un animateur, un lecteur ou un membre du comité a une antenne ;"
                    " l’équipe du réseau et les financeurs n’en ont pas."
                ),
            ),
            models.UniqueConstraint(
                fields=["user", "role", "antenna"],
                name="membership_once_in_an_antenna",
                violation_error_message=_("Cette personne a déjà ce rôle."),
            ),
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=Q(antenna=None),
                name="membership_once_in_the_network",
                violation_error_message=_("Cette personne a déjà ce rôle."),
            ),
        ]

    def __str__(self):
        return (
            f"{self.get_role_display()} – {self.antenna}"
            if self.antenna_id
            else str(self.get_role_display())
        )


class ExportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What one asked for, while it is kept."""
        return self.filter(created_by=user).exclude(pk__in=self.expired())

    def expired(self):
        return self.filter(created_at__lt=timezone.now() - timedelta(days=Export.KEPT_DAYS))


class Export(models.Model):
    """A long file of rows, made in the background for the person who asked for it, and no other."""

    KEPT_DAYS = 7

    class Status(models.TextChoices):
        WAITING = "waiting", _("En préparation")
        READY = "ready", _("Prêt")
        FAILED = "failed", _("Échec")

    created_by = models.ForeignKey(User, models.CASCADE, verbose_name=_("demandé par"))
    created_at = models.DateTimeField(_("demandé le"), default=timezone.now, db_index=True)
    name = models.CharField(_("nom du fichier"), max_length=200)
    address = models.TextField(_("liste"))  # with the filters and the order in force
    root_url = models.CharField(_("racine du site"), max_length=300)
    status = models.CharField(
        _("état"), max_length=10, choices=Status.choices, default=Status.WAITING
    )
    total = models.PositiveIntegerField(_("lignes à écrire"))
    done = models.PositiveIntegerField(_("lignes écrites"), default=0)
    file = models.FileField(_("fichier"), upload_to="exports/", blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("fichier")
        verbose_name_plural = _("fichiers")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "ready", "failed"]), name="export_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status="ready") ^ Q(file=""), name="export_has_a_file_once_ready"
            ),
        ]

    def __str__(self):
        return f"{self.name}.xlsx"

    def get_absolute_url(self):
        return reverse("accounts:export", args=[self.pk])

    def counted(self, batches, total):
        """The same batches of rows; how far they are is known to who waits."""
        self._tell(total=total, done=0)
        for batch in batches:
            yield batch
            self._tell(done=F("done") + len(batch))

    def _tell(self, **how_far):
        Export.objects.filter(pk=self.pk).update(**how_far)
