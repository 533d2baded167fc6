"""One's own account, the people of the network, and their invitations."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.filters import UserFilterSet
from accounts.forms import InvitationForm, ProfileForm
from accounts.invitations import invite
from accounts.models import Role, User
from territories.files import Column
from territories.listing import listing
from territories.roles import network_required


def profile(request):
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        person = form.save()
        with translation.override(person.language):
            messages.success(request, _("Votre profil est à jour."))
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", {"form": form})


@login_not_required
@require_POST
def language(request):
    """Change the language, for the visit or for the account, and come back."""
    url = request.POST.get("next", "/")
    ours = url_has_allowed_host_and_scheme(url, {request.get_host()}, request.is_secure())
    response = HttpResponseRedirect(url if ours and url.startswith("/") else "/")
    code = request.POST.get("language")
    if code in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, code, samesite="Lax", max_age=31_536_000)
        if request.user.is_authenticated:
            request.user.language = code
            request.user.save(update_fields=["language"])
    return response


@network_required
def user_list(request):
    people = User.objects.prefetch_related("memberships__antenna")
    return listing(
        request,
        UserFilterSet(request.GET, people),
        "accounts/user_list.html",
        columns=[
            Column(_("Nom"), "last_name"),
            Column(_("Prénom"), "first_name"),
            Column(_("Adresse électronique"), "email"),
            Column(_("Rôles"), "roles_display"),
            Column(_("Dernière visite"), "last_login"),
        ],
        filename="personnes",
    )


@network_required
def user_invite(request):
    asked = request.GET.get("antenne", "")[:18]
    initial = {"antenna": asked, "role": Role.COORDINATOR} if asked.isdecimal() else None
    form = InvitationForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        roles = [(data.pop("role"), data.pop("antenna"))]
        user = invite(root_url=request.build_absolute_uri("/"), roles=roles, **data)
        messages.success(request, _("Invitation envoyée à %(email)s.") % {"email": user.email})
        return redirect("accounts:user_list")
    context = {
        "form": form,
        "title": _("Inviter une personne"),
        "submit": _("Envoyer l’invitation"),
        "back": reverse("accounts:user_list"),
    }
    return render(request, "components/form_page.html", context)
