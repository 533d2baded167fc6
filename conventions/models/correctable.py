"""Facts that can be struck out but never erased."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from territories.scoping import ScopedQuerySet


def require_reason(reason):
    """ValidationError when a person did not say why."""
    if not reason.strip():
        raise ValidationError({"reason": _("Dites pourquoi.")})


class CorrectableQuerySet(ScopedQuerySet):
    def standing(self):
        """Rows that were not struck out. A struck-out row was a mistake: it counts at no date."""
        return self.filter(struck_at=None)


class Correctable(models.Model):
    """A recorded fact. A mistake is struck out, with who, when and why, and stays visible."""

    created_at = models.DateTimeField(_("saisi le"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("saisi par"),
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )
    struck_at = models.DateTimeField(_("rayé le"), null=True, blank=True, editable=False)
    struck_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("rayé par"),
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )
    struck_reason = models.CharField(_("motif"), max_length=200, blank=True, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(struck_at=None, struck_reason="")
                | (Q(struck_at__isnull=False) & ~Q(struck_reason="")),
                name="%(class)s_struck_out_with_a_reason",
            ),
        ]

    def strike(self, *, reason, by=None):
        """Strike the row out; ValidationError when it already is, or without a reason."""
        require_reason(reason)
        struck = (
            type(self)
            .objects.filter(pk=self.pk, struck_at=None)
            .update(struck_at=timezone.now(), struck_by=by, struck_reason=reason)
        )
        self.refresh_from_db()
        if not struck:
            raise ValidationError(_("Cette ligne est déjà rayée."), code="struck")
