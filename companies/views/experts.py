"""Pages of experts, the sponsors' people who give skill-days."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from companies.expert_forms import ExpertForm
from companies.filters import ExpertFilterSet
from companies.models import Expert
from companies.tabs import expert_tabs
from territories.files import Column
from territories.listing import listing
from territories.roles import coordinator_required, reader_required, visible


@reader_required
def expert_list(request):
    experts = Expert.objects.visible_to(request.user).select_related("sponsor")
    return listing(
        request,
        ExpertFilterSet(request.GET, experts.with_offers(), request=request),
        "companies/expert_list.html",
        columns=[
            Column(_("Nom"), "last_name"),
            Column(_("Prénom"), "first_name"),
            Column(_("Apporteur"), "sponsor"),
            Column(_("Compétences"), "skill_names"),
            Column(_("Autres langues parlées"), "languages"),
            Column(_("Journées par an"), "days_a_year"),
            Column(_("Disponible"), "is_available"),
            Column(_("Adresse électronique"), "email"),
            Column(_("Téléphone"), "phone"),
        ],
        filename="intervenants",
    )


def expert(request, pk):
    experts = Expert.objects.select_related("sponsor", "home")
    experts = experts.with_offers().prefetch_related("antennas", "absences")
    expert = visible(request.user, experts, pk=pk)
    context = {
        "expert": expert,
        "tabs": expert_tabs(expert),
        "may_edit_expert": may_edit(request.user, expert),
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
    expert = expert_to_edit(request.user, pk)
    form = ExpertForm(request.POST or None, instance=expert, user=request.user)
    return _expert_form(request, form, _("Modifier l’intervenant"))


def expert_to_edit(user, pk):
    """The expert that `user` may write: 404 for a stranger, 403 for a reader."""
    expert = visible(user, Expert.objects, pk=pk)
    if not may_edit(user, expert):
        raise PermissionDenied
    return expert


def may_edit(user, expert):
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
