"""People and roles, as an administrator works on them; saving a new person sends an invitation."""

from auditlog.mixins import AuditlogHistoryAdminMixin
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.utils.translation import gettext_lazy as _

from accounts.invitations import invite, keep_one_address, send_invitation
from accounts.models import Membership, User


class MembershipFormSet(forms.BaseInlineFormSet):
    def clean(self):
        """The database knows a role once; without an antenna, the forms alone do not see it."""
        super().clean()
        kept = [form for form in self.forms if not form.cleaned_data.get("DELETE")]
        roles = [
            (form.cleaned_data.get("role"), form.cleaned_data.get("antenna"))
            for form in kept
            if form.cleaned_data.get("role")
        ]
        if len(roles) > len(set(roles)):
            raise forms.ValidationError(_("Cette personne a déjà ce rôle."))


class MembershipInline(admin.TabularInline):
    model = Membership
    formset = MembershipFormSet
    extra = 1
    autocomplete_fields = ["antenna"]


class UserAddForm(forms.ModelForm):
    """A new person has no password: the invitation lets them choose it."""

    class Meta:
        model = User
        fields = ["email", "first_name", "last_name", "language"]


@admin.register(User)
class UserAdmin(AuditlogHistoryAdminMixin, DjangoUserAdmin):
    show_auditlog_history_link = True
    add_form = UserAddForm
    add_form_template = None
    inlines = [MembershipInline]
    list_display = ["email", "last_name", "first_name", "is_active", "is_staff", "last_login"]
    list_filter = ["memberships__role", "memberships__antenna", "is_active", "is_staff"]
    search_fields = ["email", "last_name", "first_name"]
    ordering = ["email"]
    actions = ["invite_again"]
    fieldsets = [
        (None, {"fields": ["email", "password"]}),
        (_("Identité"), {"fields": ["first_name", "last_name", "language"]}),
        (_("Droits"), {"fields": ["is_active", "is_staff", "is_superuser", "groups"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "first_name", "last_name", "language"]})]
    readonly_fields = ["last_login", "date_joined"]

    def save_model(self, request, obj, form, change):
        if change:
            obj.email = obj.email.lower()
            super().save_model(request, obj, form, change)
            keep_one_address(obj)
        else:
            root_url = request.build_absolute_uri("/")
            user = invite(root_url=root_url, **form.cleaned_data)
            obj.pk, obj._state.adding = user.pk, False

    @admin.action(description=_("Envoyer à nouveau l’invitation"))
    def invite_again(self, request, queryset):
        for user in queryset:
            send_invitation(user, request.build_absolute_uri("/"))
        self.message_user(request, _("Invitations envoyées."))


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):
    list_display = ["user", "role", "antenna"]
    list_filter = ["role", "antenna"]
    search_fields = ["user__email", "user__last_name"]
    autocomplete_fields = ["user", "antenna"]
    list_select_related = ["user", "antenna"]
