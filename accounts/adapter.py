"""How django-allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        """Nobody signs up: accounts are invited."""
        return False

    def is_safe_url(self, url):
        """An address that cannot be read is not safe."""
        try:
            return super().is_safe_url(url)
        except ValueError:
            return False
