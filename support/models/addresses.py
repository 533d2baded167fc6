"""The address by which somebody without an account reaches one page."""

from secrets import token_urlsafe

from django.core import signing
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SignedAddress(models.Model):
    """It carries the key and a random word, signed: who reads the table cannot make one."""

    sent_to = models.EmailField(_("envoyé à"), blank=True)
    word = models.CharField(_("mot aléatoire"), max_length=22, editable=False)
    expires_on = models.DateField(_("valable jusqu’au"))
    revoked_at = models.DateTimeField(_("retiré le"), null=True, blank=True, editable=False)
    used_at = models.DateTimeField(_("ouvert le"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def new_word(cls):
        return token_urlsafe(16)

    @classmethod
    def salt(cls):
        return cls._meta.label

    @property
    def token(self):
        return signing.dumps([self.pk, self.word], salt=self.salt())

    @property
    def why_over(self):
        """Why it opens nothing any more, in one word for the log; nothing as long as it does."""
        if self.revoked_at:
            return "revoked"
        return "expired" if self.expires_on < timezone.localdate() else ""

    @property
    def is_over(self):
        """True when it opens nothing any more: revoked, or past its day."""
        return bool(self.why_over)
