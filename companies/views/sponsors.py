"""Pages of sponsors, shared by the whole network."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from companies.filters import SponsorFilterSet
from companies.forms import SponsorForm
from companies.models import Expert, Sponsor
from companies.tabs import sponsor_tabs
from territories.files import Column
from territories.listing import listing
from territories.roles import reader_required, sponsor_editor_required, visible


@reader_required
def sponsor_list(request):
    experts = Expert.objects.visible_to(request.user).filter(sponsor=OuterRef("pk")).order_by()
    counts = experts.values("sponsor").annotate(count=Count("pk")).values("count")
    sponsors = Sponsor.objects.visible_to(request.user).order_by("search")
    sponsors = sponsors.annotate(expert_count=Coalesce(Subquery(counts), 0))
    return listing(
        request,
        SponsorFilterSet(request.GET, sponsors, request=request),
        "companies/sponsor_list.html",
        columns=[
            Column(_("Nom"), "name"),
            Column(_("Nature"), "get_kind_display"),
            Column(_("SIREN"), "siren"),
            Column(_("Site internet"), "website"),
            Column(_("Intervenants"), "expert_count"),
        ],
        filename="apporteurs",
    )


def sponsor(request, pk):
    sponsor = visible(request.user, Sponsor.objects, pk=pk)
    experts = Expert.objects.visible_to(request.user).filter(sponsor=sponsor)
    context = {
        "sponsor": sponsor,
        "tabs": sponsor_tabs(sponsor),
        "experts": experts.with_offers(),
    }
    return render(request, "companies/sponsor.html", context)


@sponsor_editor_required
def sponsor_add(request):
    return _sponsor_form(request, SponsorForm(request.POST or None), _("Nouvel apporteur"))


def sponsor_edit(request, pk):
    sponsor = visible(request.user, Sponsor.objects, pk=pk)
    if not request.user.may_edit_sponsors:
        raise PermissionDenied
    form = SponsorForm(request.POST or None, instance=sponsor)
    return _sponsor_form(request, form, _("Modifier l’apporteur"))


def _sponsor_form(request, form, title):
    if request.method == "POST" and form.is_valid():
        messages.success(request, _("L’apporteur est enregistré."))
        return redirect(form.save())
    back = reverse("companies:sponsor_list")
    if form.instance.pk:
        back = form.instance.get_absolute_url()
    context = {"title": title, "form": form, "back": back}
    return render(request, "components/form_page.html", context)
