"""The minutes of a session: generated, corrected, signed; then only rectified."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from committee.filetypes import check_signed_copy
from committee.minutes import digest, printed, record_of
from committee.models.application import Application
from committee.models.documents import random_path
from committee.models.session import Session
from territories.scoping import ScopedQuerySet
from territories.typeset import pdf


class MinutesQuerySet(ScopedQuerySet):
    antenna_path = "session__committee__antenna"

    def visible_to(self, user):
        """A member reads what was signed, who chairs what is to be signed.

        `Minutes.told_to` then leaves out the files that they may not know of.
        """
        if user.is_national:
            return self.all()
        chaired = Session.objects.filter(
            invitations__seat__is_chair=True, invitations__seat__user=user
        )
        of_member = Q(session__committee__antenna__in=user.antennas_as(Role.MEMBER))
        known = Q(signed_at__isnull=False) | Q(session__in=chaired.values("pk"))
        return self.filter(Q(session__committee__antenna__in=user.antenna_ids) | of_member & known)


class Minutes(models.Model):
    """Number 0 is the minutes; the following ones rectify it, in the order of their numbers.

    What is signed is `record`, in plain data; `sha256` is its print, and `content` the PDF on
    which that print can be read.
    """

    session = models.ForeignKey(
        Session, models.PROTECT, verbose_name=_("séance"), related_name="minutes"
    )
    number = models.PositiveSmallIntegerField(_("numéro de rectification"), default=0)
    remarks = models.TextField(
        _("texte"),
        max_length=5000,
        blank=True,
        help_text=_("Ce que le programme ne sait pas : débats, observations, précisions."),
    )
    record = models.JSONField(_("contenu signé"), default=dict, blank=True, editable=False)
    sha256 = models.CharField(_("empreinte SHA-256"), max_length=64, blank=True, editable=False)
    content = models.BinaryField(_("document signé"), null=True, blank=True, editable=False)
    signed_at = models.DateTimeField(_("signé le"), null=True, blank=True, editable=False)
    signed_name = models.CharField(_("signataire"), max_length=150, blank=True, editable=False)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("signé par"),
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )
    scan = models.FileField(
        _("exemplaire signé"), upload_to=random_path, blank=True, editable=False
    )
    scan_name = models.CharField(_("nom d’origine"), max_length=200, blank=True, editable=False)

    objects = MinutesQuerySet.as_manager()

    class Meta:
        verbose_name = _("procès-verbal")
        verbose_name_plural = _("procès-verbaux")
        ordering = ["session", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "number"], name="minutes_numbered_once_in_a_session"
            ),
            models.UniqueConstraint(
                fields=["session"],
                condition=Q(signed_at=None),
                name="minutes_drafted_one_at_a_time",
                violation_error_message=_("Une rectification attend déjà d’être signée."),
            ),
            models.CheckConstraint(
                condition=Q(signed_at=None, sha256="", content=None, signed_name="")
                | Q(signed_at__isnull=False, content__isnull=False)
                & ~Q(sha256="")
                & ~Q(signed_name=""),
                name="minutes_signed_with_their_print",
            ),
            models.CheckConstraint(
                condition=Q(number=0) | ~Q(remarks=""),
                name="minutes_rectification_says_what",
                violation_error_code="remarks",
                violation_error_message=_("Écrivez ce qui est rectifié."),
            ),
        ]

    def __str__(self):
        if self.number:
            return str(_("Rectification n° %(number)d") % {"number": self.number})
        return str(_("Procès-verbal"))

    def get_absolute_url(self):
        return reverse("committee:minutes", args=[self.session_id])

    @property
    def antenna(self):
        return self.session.antenna

    @classmethod
    @transaction.atomic
    def rectify(cls, session, *, remarks):
        """Begin a rectification of minutes that were signed; it takes the next number."""
        if not remarks.strip():
            raise ValidationError({"remarks": _("Écrivez ce qui est rectifié.")})
        Session.objects.select_for_update().get(pk=session.pk)
        if not session.minutes.exists() or session.minutes.filter(signed_at=None).exists():
            raise ValidationError(_("On ne rectifie qu’un procès-verbal signé."), code="not_signed")
        last = session.minutes.aggregate(last=Max("number"))["last"]
        return cls.objects.create(session=session, number=last + 1, remarks=remarks)

    @transaction.atomic
    def correct(self, *, remarks):
        """Write, or write again, the text of what is not signed yet."""
        self._lock_unsigned()
        self.remarks = remarks
        self.full_clean()
        self.save(update_fields=["remarks"])

    @transaction.atomic
    def sign(self, *, by, at=None):
        """Freeze it: the facts of the session as they are known now, their print, their PDF."""
        self._lock_unsigned()
        self.signed_at, self.signed_by = at or timezone.now(), by
        self.signed_name = str(by)
        self.record = record_of(self)
        self.sha256 = digest(self.record)
        self.content = pdf("minutes", printed(self, self.record))
        self.full_clean()
        self.save()

    @transaction.atomic
    def file_scan(self, file):
        """Keep the copy signed by hand, a PDF or an image, beside what was signed here."""
        if not self.signed_at:
            raise ValidationError(_("Signez d’abord le procès-verbal ici."), code="not_signed")
        if self.scan:
            raise ValidationError(_("L’exemplaire signé est déjà joint."), code="filed")
        check_signed_copy(file)
        self.scan_name = file.name[-200:]
        self.scan.save(file.name, file, save=False)
        self.save(update_fields=["scan", "scan_name"])

    def may_be_signed_by(self, user):
        """The chair who was there in person and read every file; else the antenna's coordinator."""
        stays = self.session.attendances.filter(
            seat__is_chair=True, seat__user__isnull=False, by_deputy=False
        ).select_related("seat__user")
        chairs = {stay.seat.user for stay in stays if not self.told_to(stay.seat.user)[1]}
        return user in chairs if chairs else user.may_edit(self.antenna)

    def told_to(self, user):
        """(record, how many files are left out) for this reader, who may step aside from some."""
        record = self.record if self.signed_at else record_of(self)
        told_of = {*self.session.items.values_list("application", flat=True)}
        told_of |= {*self.session.changes.values_list("application", flat=True)}
        known = Application.objects.visible_to(user).filter(pk__in=told_of)
        left_out = told_of - {*known.values_list("pk", flat=True)}
        if not left_out:
            return record, 0
        told = record | {"remarks": ""}  # where somebody may have named the company
        for name in ("files", "changes"):
            rows = record.get(name, [])
            told[name] = [row for row in rows if row["application"] not in left_out]
        return told, len(left_out)

    def document_for(self, user):
        """The PDF, as bytes: what was signed, or an extract, or what would be signed now."""
        record, left_out = self.told_to(user)
        if self.signed_at and not left_out:
            return bytes(self.content)
        return pdf("minutes", printed(self, record, left_out))

    def _lock_unsigned(self):
        fresh = type(self).objects.select_for_update().get(pk=self.pk)
        if fresh.signed_at:
            raise ValidationError(
                _("Ce procès-verbal est signé : il ne change plus, il se rectifie."),
                code="signed",
            )
