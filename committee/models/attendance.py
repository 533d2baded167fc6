"""Who was at a session, from when to when."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from committee.models.session import Seat, Session, SessionPartQuerySet


class Attendance(models.Model):
    """One stay of the holder of a seat, or of their deputy; somebody may leave and come back."""

    session = models.ForeignKey(
        Session, models.CASCADE, verbose_name=_("séance"), related_name="attendances"
    )
    seat = models.ForeignKey(
        Seat, models.PROTECT, verbose_name=_("siège"), related_name="attendances"
    )
    arrived_at = models.DateTimeField(_("arrivé à"))
    left_at = models.DateTimeField(_("parti à"), null=True, blank=True)
    is_remote = models.BooleanField(_("à distance"), default=False)
    by_deputy = models.BooleanField(_("suppléant"), default=False)

    objects = SessionPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("présence")
        verbose_name_plural = _("présences")
        ordering = ["arrived_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(left_at__gte=F("arrived_at")),
                name="attendance_ends_after_it_starts",
                violation_error_message=_("Personne ne part avant d’être arrivé."),
            ),
            models.UniqueConstraint(
                fields=["session", "seat"],
                condition=Q(left_at=None),
                name="attendance_once_at_a_time",
                violation_error_message=_("Ce membre est déjà là."),
            ),
        ]

    def __str__(self):
        return f"{self.attendee}, {self.session}"

    @property
    def antenna(self):
        return self.session.antenna

    @property
    def attendee(self):
        """Who is there: the holder of the seat, or the deputy."""
        return self.seat.deputy if self.by_deputy else self.seat.holder
