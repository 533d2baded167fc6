"""Letting people in: an account, its roles, and an e-mail that lets its person set a password."""

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Membership, User


@transaction.atomic
def invite(*, email, root_url, roles=(), first_name="", last_name="", language="fr"):
    """The person known by `email`, made if need be, with `roles` (role, antenna or None) added.

    Somebody who never set a password gets an e-mail with a link to do so; `root_url` is the
    address of the site, e.g. `https://alize.example/`.
    """
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = User.objects.create_user(
            email, first_name=first_name, last_name=last_name, language=language
        )
        keep_one_address(user)
    for role, antenna in roles:
        Membership.objects.get_or_create(user=user, role=role, antenna=antenna)
    if not user.has_usable_password():
        transaction.on_commit(lambda: send_invitation(user, root_url))
    return user


def keep_one_address(user):
    """Sign in by the person's present address and by no other, nor anybody else by it."""
    EmailAddress.objects.filter(Q(user=user) | Q(email__iexact=user.email)).delete()
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)


def send_invitation(user, root_url):
    """The link holds as long as one to reset a password (settings.PASSWORD_RESET_TIMEOUT)."""
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    path = reverse(
        "account_reset_password_from_key",
        kwargs=dict(zip(("uidb36", "key"), key.split("-", 1), strict=True)),
    )
    with override(user.language):
        context = {
            "user": user,
            "url": root_url.rstrip("/") + path,
            "days": settings.PASSWORD_RESET_TIMEOUT // 86400,
            "again": root_url.rstrip("/") + reverse("account_reset_password"),
        }
        send_mail(
            _("Votre accès au réseau Alizé"),
            render_to_string("accounts/email/invitation.txt", context),
            settings.DEFAULT_FROM_EMAIL,
            [user.email],
        )
