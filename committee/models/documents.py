"""The papers of an application file: what the network asks for, what was brought, what lacks."""

import hashlib
from pathlib import PurePath
from uuid import uuid4

from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from committee.filetypes import LARGEST, check_file, plain_name
from conventions.models import Correctable, CorrectableQuerySet
from territories.scoping import SharedQuerySet


class PieceKindQuerySet(SharedQuerySet):
    def required_on(self, day):
        """What a file put before the committee on `day` must have."""
        return self.filter(is_active=True, required_since__lte=day)


class PieceKind(models.Model):
    """A paper that the network asks for. Required from a day on: older files lack none."""

    name = models.CharField(_("nom"), max_length=100, unique=True)
    help = models.CharField(_("précision"), max_length=300, blank=True)
    required_since = models.DateField(
        _("obligatoire depuis le"),
        null=True,
        blank=True,
        help_text=_("Vide : la pièce est proposée, sans être exigée au dépôt."),
    )
    is_active = models.BooleanField(_("proposée"), default=True)

    objects = PieceKindQuerySet.as_manager()

    class Meta:
        verbose_name = _("pièce")
        verbose_name_plural = _("pièces")
        ordering = ["pk"]

    def __str__(self):
        return self.name


class DocumentQuerySet(CorrectableQuerySet):
    antenna_path = "application__convention__antenna"

    def visible_to(self, user):
        """A committee member reads those of the files they read, private ones not."""
        if user.is_national:
            return self.all()
        files = self.model.application.field.related_model.objects.visible_to(user)
        return self.filter(
            Q(application__convention__antenna__in=user.antenna_ids)
            | Q(application__in=files, is_private=False, struck_at=None)
        )


def random_path(document, name):
    """Where a file is kept: nothing that somebody typed."""
    return f"documents/{uuid4().hex}"


class Document(Correctable):
    """One paper of a file, as it was brought. What a committee may have read is never erased."""

    application = models.ForeignKey(
        "Application", models.PROTECT, verbose_name=_("dossier"), related_name="documents"
    )
    kind = models.ForeignKey(
        PieceKind,
        models.PROTECT,
        verbose_name=_("pièce"),
        related_name="documents",
        null=True,
        blank=True,
    )
    title = models.CharField(_("titre"), max_length=150)
    file = models.FileField(_("fichier"), upload_to=random_path, editable=False)
    original_name = models.CharField(_("nom d’origine"), max_length=200, editable=False)
    size = models.PositiveIntegerField(_("taille en octets"), editable=False)
    sha256 = models.CharField(_("empreinte SHA-256"), max_length=64, editable=False)
    is_private = models.BooleanField(
        _("réservé à l’antenne"),
        default=False,
        help_text=_("Le comité ne le verra pas."),
    )

    objects = DocumentQuerySet.as_manager()

    class Meta(Correctable.Meta):
        abstract = False
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["pk"]
        constraints = [
            *Correctable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(size__gt=0, size__lte=LARGEST), name="document_size_within_the_limit"
            ),
            models.UniqueConstraint(
                fields=["application", "kind", "sha256"],
                condition=Q(struck_at=None),
                name="document_once_as_a_piece",
                violation_error_message=_("Ce document est déjà joint au dossier."),
            ),
            models.UniqueConstraint(
                fields=["application", "sha256"],
                condition=Q(struck_at=None, kind=None),
                name="document_once_beside_the_pieces",
                violation_error_message=_("Ce document est déjà joint au dossier."),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("committee:document", args=[self.pk])

    @property
    def antenna(self):
        return self.application.antenna

    @property
    def may_be_erased(self):
        """The committee never had the file: a paper brought by mistake can leave for good."""
        return self.application.is_open and self.application.received_on is None

    @classmethod
    @transaction.atomic
    def attach(cls, application, file, *, kind=None, title="", is_private=False, by=None):
        """Add an uploaded file; ValidationError when it is not admitted, or already there."""
        check_file(file)
        name = plain_name(file.name)
        document = cls(
            application=application,
            kind=kind,
            title=title or PurePath(name).stem[:150],
            original_name=name[-200:],
            size=file.size,
            sha256=_digest(file),
            is_private=is_private,
            created_by=by,
        )
        document.full_clean(exclude=["file"])
        document.file.save(name, file)
        return document

    @transaction.atomic
    def remove(self, *, reason="", by=None):
        """Erase the paper of a file that the committee never had; later, strike it out."""
        if not self.may_be_erased:
            return self.strike(reason=reason, by=by)
        self.application.lock_open()
        self.delete()
        transaction.on_commit(lambda: self.file.storage.delete(self.file.name))


def _digest(file):
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()
