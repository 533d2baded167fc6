"""Copies of a report kept as they were on their day, and who received each."""

from hashlib import sha256

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conventions.models import Convention
from territories.scoping import ScopedQuerySet


class KeptQuerySet(ScopedQuerySet):
    """Rows that are written once, and neither changed nor deleted."""

    convention_path = "convention"

    def reportable_to(self, user):
        """The rows of the conventions whose evaluation `user` may read, funders included."""
        conventions = Convention.objects.reportable_to(user).values("pk")
        return self.filter(**{f"{self.convention_path}__in": conventions})

    def update(self, **kwargs):
        raise TypeError("What was kept of a report never changes.")

    def delete(self):
        raise TypeError("What was kept of a report is never deleted.")


class Kept(models.Model):
    """Written once, by `save`; the database itself refuses a change (migration 0001)."""

    class Meta:
        abstract = True

    def save(self, **kwargs):
        if self.pk:
            raise TypeError("What was kept of a report never changes.")
        super().save(**kwargs)

    def delete(self, **kwargs):
        raise TypeError("What was kept of a report is never deleted.")


class FrozenReportQuerySet(KeptQuerySet):
    antenna_path = "convention__antenna"

    def unprinted(self):
        """Without their figures and their PDF, for pages that only tell of them."""
        return self.defer("pdf", "figures")


class FrozenReport(Kept):
    """The report of a convention at a day, as it was when it was kept: figures and PDF.

    `figures` is the text of the JSON file, to the letter, so that its SHA-256 can be checked on
    the file; that of the PDF is `pdf_sha256`. `reports/freezing.py` makes them.
    """

    convention = models.ForeignKey(
        Convention,
        models.PROTECT,
        verbose_name=gettext_lazy("convention"),
        related_name="frozen_reports",
    )
    number = models.PositiveSmallIntegerField(gettext_lazy("numéro"))
    at = models.DateField(gettext_lazy("bilan au"))
    frozen_at = models.DateTimeField(gettext_lazy("figé le"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=gettext_lazy("figé par"),
        related_name="+",
    )
    figures = models.TextField(gettext_lazy("chiffres"))
    figures_sha256 = models.CharField(gettext_lazy("empreinte des chiffres"), max_length=64)
    pdf = models.BinaryField(gettext_lazy("document"))
    pdf_sha256 = models.CharField(gettext_lazy("empreinte du document"), max_length=64)

    objects = FrozenReportQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("exemplaire figé")
        verbose_name_plural = gettext_lazy("exemplaires figés")
        ordering = ["convention", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "number"], name="frozen_report_numbered_once"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1), name="frozen_report_number_from_one"
            ),
            models.CheckConstraint(
                condition=Exact(Length("figures_sha256"), 64),
                name="frozen_report_figures_have_a_print",
            ),
            models.CheckConstraint(
                condition=Exact(Length("pdf_sha256"), 64), name="frozen_report_pdf_has_a_print"
            ),
            models.CheckConstraint(condition=~Q(figures=""), name="frozen_report_has_figures"),
        ]

    def __str__(self):
        return reference_of(self.convention, self.number)

    def get_absolute_url(self):
        return reverse("reports:frozen", args=[self.pk])

    @property
    def antenna(self):
        return self.convention.antenna

    @property
    def frozen_on(self):
        """The day on which it was made: nobody read it before."""
        return timezone.localdate(self.frozen_at)


class DeliveryQuerySet(KeptQuerySet):
    antenna_path = "report__convention__antenna"
    convention_path = "report__convention"


class Delivery(Kept):
    """Somebody to whom a frozen copy left by e-mail."""

    report = models.ForeignKey(
        FrozenReport,
        models.PROTECT,
        verbose_name=gettext_lazy("exemplaire"),
        related_name="deliveries",
    )
    recipient = models.CharField(gettext_lazy("destinataire"), max_length=150)
    email = models.EmailField(gettext_lazy("adresse électronique"))
    sent_at = models.DateTimeField(gettext_lazy("envoyé le"))
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=gettext_lazy("envoyé par"),
        related_name="+",
    )

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("envoi d’un exemplaire")
        verbose_name_plural = gettext_lazy("envois d’exemplaires")
        ordering = ["sent_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(recipient="") & ~Q(email=""), name="delivery_says_to_whom"
            ),
        ]

    def __str__(self):
        return _("%(report)s à %(recipient)s") % {
            "report": self.report,
            "recipient": self.recipient,
        }

    @property
    def antenna(self):
        return self.report.antenna


def reference_of(convention, number):
    """BILAN-LONGWY-1-03."""
    return f"BILAN-{convention.reference}-{number:02}"


def fingerprint(content):
    """The SHA-256 of bytes, in hexadecimal, as every computer computes it of a file."""
    return sha256(content).hexdigest()
