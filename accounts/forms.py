"""Coming in, inviting a person, roles, and one's own profile."""

from allauth.account import forms as allauth_forms
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import ANTENNA_ROLES, Role, User
from territories.forms import HouseMixin
from territories.models import Antenna


class RoleForm(HouseMixin, forms.Form):
    role = forms.ChoiceField(label=_("Rôle"), choices=[("", "–"), *Role.choices])
    antenna = forms.ModelChoiceField(
        Antenna.objects.all(),
        label=_("Antenne"),
        required=False,
        help_text=_("Pour un animateur, un lecteur ou un membre du comité."),
    )

    def clean(self):
        cleaned = super().clean()
        role, antenna = cleaned.get("role"), cleaned.get("antenna")
        if role in ANTENNA_ROLES and not antenna:
            self.add_error("antenna", _("Choisissez l’antenne."))
        if role and role not in ANTENNA_ROLES:
            cleaned["antenna"] = None
        return cleaned


class InvitationForm(RoleForm, forms.ModelForm):
    """For somebody new, or already known: then only the role is added."""

    class Meta:
        model = User
        fields = ["email", "first_name", "last_name", "language"]

    def _post_clean(self):
        """The verb makes or finds the person: no row is checked here against the others."""


class ProfileForm(HouseMixin, forms.ModelForm):
    class Meta:
        model = User
        fields = ["first_name", "last_name", "language"]


# The forms of allauth, with our one word for an address and nothing inside the fields


class PlainMixin:
    labels = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = self.labels.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)
            if name in ("password", "oldpassword"):
                field.help_text = ""  # the page leads to a new password


class LoginForm(PlainMixin, allauth_forms.LoginForm):
    labels = {"login": _("Adresse électronique")}


class AddEmailForm(PlainMixin, allauth_forms.AddEmailForm):
    labels = {"email": _("Nouvelle adresse électronique")}


class ResetPasswordForm(PlainMixin, allauth_forms.ResetPasswordForm):
    labels = {"email": _("Adresse électronique")}


class ResetPasswordKeyForm(PlainMixin, allauth_forms.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(PlainMixin, allauth_forms.ChangePasswordForm):
    pass
