"""The register of de minimis aid: which lines were entered in the national one, when, by whom.

Source: Regulation (EU) 2023/2831, article 6: from 1 January 2026, within 20 days of the grant;
décret 2025-1361: a unique number for each aid. The lines themselves are the aids.
"""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conventions.models import Correctable, CorrectableQuerySet
from support.models.aid import Aid
from territories.dates import in_figures, validate_not_future

SINCE = date(2026, 1, 1)  # aids granted before are entered in no register
DELAY = timedelta(days=20)


class DeclarationQuerySet(CorrectableQuerySet):
    antenna_path = "aid__decision__application__convention__antenna"


class Declaration(Correctable):
    """An aid was entered in the national register on a day."""

    aid = models.ForeignKey(
        Aid, models.PROTECT, verbose_name=_("aide"), related_name="declarations"
    )
    declared_on = models.DateField(_("déclarée le"), validators=[validate_not_future])
    reference = models.CharField(_("référence dans le registre"), max_length=100, blank=True)

    objects = DeclarationQuerySet.as_manager()

    class Meta(Correctable.Meta):
        abstract = False
        verbose_name = _("déclaration au registre")
        verbose_name_plural = _("déclarations au registre")
        ordering = ["declared_on", "pk"]
        constraints = [
            *Correctable.Meta.constraints,
            models.UniqueConstraint(
                fields=["aid"],
                condition=Q(struck_at=None),
                name="declaration_once_for_an_aid",
                violation_error_message=_("Cette aide est déjà déclarée."),
            ),
        ]

    def __str__(self):
        return f"{self.aid.number} – {in_figures(self.declared_on)}"

    def get_absolute_url(self):
        return self.aid.get_absolute_url()

    @property
    def antenna(self):
        return self.aid.antenna

    @classmethod
    @transaction.atomic
    def record(cls, aids, *, on, reference="", by=None):
        """Say that these aids were entered on a day: all of them, or none.

        ValidationError when one was already, or was granted after that day.
        """
        lines = []
        for aid in aids:
            aid.lock()
            line = cls(aid=aid, declared_on=on, reference=reference, created_by=by)
            line.full_clean()
            if on < aid.decision.decided_on:
                raise ValidationError(
                    {
                        "declared_on": _("%(number)s a été accordée après ce jour-là.")
                        % {"number": aid.number}
                    },
                    code="dates",
                )
            line.save()
            lines.append(line)
        return lines
