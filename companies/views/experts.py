"""Pages of experts, the sponsors' people who give skill-days."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from companies.filters import ExpertFilterSet
from companies.forms import ExpertForm
from companies.models import Expert
from companies.tabs import expert_tabs
from territories.listing import Column, listing
from territories.roles import coordinator_required, visible


def expert_list(request):
    experts = Expert.objects.visible_to(request.user).select_related("sponsor")
    return listing(
        request,
        ExpertFilterSet(request.GET, experts.prefetch_related("skills"), request=request),
        "companies/expert_list.html",
        columns=[
            Column(_("Nom"), "last_name"),
            Column(_("Prénom"), "first_name"),
            Column(_("Apporteur"), "sponsor"),
            Column(_("Compétences"), "skill_names"),
            Column(_("Disponible"), "is_available"),
            Column(_("Adresse électronique"), "email"),
            Column(_("Téléphone"), "phone"),
        ],
        filename="intervenants",
    )


def expert(request, pk):
    experts = Expert.objects.select_related("sponsor").prefetch_related("skills", "antennas")
    expert = visible(request.user, experts, pk=pk)
    context = {
        "expert": expert,
        "tabs": expert_tabs(expert),
        "may_edit_expert": _may_edit(request.user, expert),
    }
    return render(request, "companies/expert.html", context)


@coordinator_required
def expert_add(request):
    form = ExpertForm(
        request.POST or None,
        initial={"sponsor": request.GET.get("apporteur")},
        user=request.user,
    )
    return _expert_form(request, form, _("Nouvel intervenant"))


def expert_edit(request, pk):
    expert = visible(request.user, Expert.objects, pk=pk)
    if not _may_edit(request.user, expert):
        raise PermissionDenied
    form = ExpertForm(request.POST or None, instance=expert, user=request.user)
    return _expert_form(request, form, _("Modifier l’intervenant"))


def _may_edit(user, expert):
    """Who works in one of the antennas that the expert serves."""
    return any(user.may_edit(antenna) for antenna in expert.antennas.all())


def _expert_form(request, form, title):
    if request.method == "POST" and form.is_valid():
        messages.success(request, _("L’intervenant est enregistré."))
        return redirect(form.save())
    back = reverse("companies:expert_list")
    if form.instance.pk:
        back = form.instance.get_absolute_url()
    context = {"title": title, "form": form, "back": back}
    return render(request, "components/form_page.html", context)
