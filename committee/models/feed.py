"""The address at which a person's calendar reads their sessions."""

from secrets import token_urlsafe

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from territories.scoping import ScopedQuerySet


def new_token():
    """256 bits of chance, in 43 letters and figures of an address."""
    return token_urlsafe(32)


class CalendarFeedQuerySet(ScopedQuerySet):
    def visible_to(self, user):
        """A secret of one's own: of nobody else, the network included."""
        return self.filter(user=user)


class CalendarFeed(models.Model):
    """A secret address, made when its owner asks for it.

    The token is kept as it is: its owner finds the address again for a second telephone, and who
    reads this table reads in the next one the dates and places that the address tells.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        verbose_name=_("personne"),
        related_name="calendar_feed",
    )
    token = models.CharField(_("jeton"), max_length=43, unique=True, default=new_token)
    made_at = models.DateTimeField(_("créée le"), auto_now=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("adresse d’agenda")
        verbose_name_plural = _("adresses d’agenda")
        ordering = ["pk"]

    def __str__(self):
        return str(self.user)

    def get_absolute_url(self):
        return reverse("committee:calendar_feed", args=[self.token])

    @classmethod
    @transaction.atomic
    def renew(cls, user):
        """Give `user` a new address; the one before, if any, answers nothing any more."""
        return cls.objects.update_or_create(user=user, defaults={"token": new_token()})[0]
