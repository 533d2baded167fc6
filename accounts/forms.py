"""Inviting a person, and one's own profile."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import ANTENNA_ROLES, Role, User
from territories.models import Antenna


class RoleForm(forms.Form):
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


class ProfileForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["first_name", "last_name", "language"]
