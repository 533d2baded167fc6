"""Pages of one person of the network: roles, invitation, access. The network's alone."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.forms import RoleForm
from accounts.invitations import send_invitation
from accounts.models import Membership, User
from territories.forms import ConfirmForm, refuse
from territories.roles import visible


def _managed(request, pk):
    """The person whose roles and access one may change: 404 for who is not of the network."""
    person = visible(request.user, User.objects, pk=pk)
    if not request.user.may_manage(person):
        raise PermissionDenied
    return person


def user(request, pk):
    person = visible(request.user, User.objects, pk=pk)
    context = {
        "person": person,
        "memberships": person.memberships.select_related("antenna"),
        "may_manage": request.user.may_manage(person),
    }
    return render(request, "accounts/user.html", context)


def user_invite_again(request, pk):
    person = _managed(request, pk)
    waits = person.is_active and not person.has_usable_password()
    if request.method == "POST" and waits:
        send_invitation(person, request.build_absolute_uri("/"))
        messages.success(request, _("Invitation envoyée à %(email)s.") % {"email": person.email})
    return redirect(person)


def user_access(request, pk):
    """Closes the access of a person, or opens it again."""
    person = _managed(request, pk)
    if person.is_active:
        texts = {
            "title": _("Fermer l’accès"),
            "warning": _("Cette personne ne pourra plus se connecter. Rien n’est effacé."),
            "danger": True,
        }
        done = _("L’accès est fermé.")
    else:
        texts = {
            "title": _("Rouvrir l’accès"),
            "warning": _("Cette personne se connectera de nouveau, avec les rôles qu’elle a."),
        }
        done = _("L’accès est rouvert.")

    def change():
        if person.is_active:
            person.deactivate(by=request.user)
        else:
            person.reactivate()

    return _confirm(request, person, change, done, submit=texts["title"], intro=person, **texts)


def role_add(request, pk):
    person = _managed(request, pk)
    form = RoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person.give(**form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Le rôle est ajouté."))
            return redirect(person)
    context = {
        "title": _("Ajouter un rôle"),
        "intro": person,
        "form": form,
        "back": person.get_absolute_url(),
    }
    return render(request, "components/form_page.html", context)


def role_remove(request, pk):
    people = User.objects.visible_to(request.user)
    membership = get_object_or_404(Membership.objects.filter(user__in=people), pk=pk)
    person = _managed(request, membership.user_id)
    return _confirm(
        request,
        person,
        lambda: person.take_away(membership, by=request.user),
        _("Le rôle est retiré."),
        title=_("Retirer un rôle"),
        intro=_("%(person)s : %(role)s") % {"person": person, "role": membership},
        warning=_("Cette personne ne verra plus ce que ce rôle lui ouvre."),
        danger=True,
        submit=_("Retirer le rôle"),
    )


def _confirm(request, person, change, done, **context):
    """Ask, then make the change and go back to the person."""
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            change()
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, done)
            return redirect(person)
    context |= {"form": form, "back": person.get_absolute_url()}
    return render(request, "components/form_page.html", context)
