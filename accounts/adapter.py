"""How django-allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.utils.translation import gettext_lazy as _


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "duplicate_email": _("C’est déjà l’adresse de votre compte."),
        "email_password_mismatch": _("L’adresse électronique ou le mot de passe ne convient pas."),
        "email_taken": _("Un autre compte a déjà cette adresse."),
        "unknown_email": _("Aucun compte ne porte cette adresse."),
    }

    def is_open_for_signup(self, request):
        """Nobody signs up: accounts are invited."""
        return False

    def is_safe_url(self, url):
        """An address that cannot be read is not safe."""
        try:
            return super().is_safe_url(url)
        except ValueError:
            return False
