"""The list of conventions, and the draft of one."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from conventions.filters import ConventionFilterSet
from conventions.forms import ConventionForm
from conventions.models import Convention
from territories.files import Column
from territories.forms import refuse
from territories.listing import listing
from territories.models import Antenna
from territories.roles import coordinator_required, editable, reader_required


@reader_required
def convention_list(request):
    conventions = (
        Convention.objects.visible_to(request.user)
        .select_related("antenna")
        .order_by("-starts_on", "reference")
    )
    filterset = ConventionFilterSet(request.GET, conventions, request=request)
    return listing(
        request,
        filterset,
        "conventions/convention_list.html",
        columns=[
            Column(_("Référence"), "reference"),
            Column(_("Intitulé"), "name"),
            Column(_("Antenne"), "antenna"),
            Column(_("Premier jour"), "starts_on"),
            Column(_("Dernier jour"), "ends_on"),
            Column(_("État"), "get_status_display"),
            Column(_("Solde (€)"), "balance"),
        ],
        filename=filterset.named("conventions"),
        complete=filterset.tell,
    )


@coordinator_required
def convention_add(request):
    antennas = [each.pk for each in Antenna.objects.all() if request.user.may_edit(each)]
    form = ConventionForm(
        request.POST or None,
        convention=Convention(),
        antennas=Antenna.objects.filter(pk__in=antennas),
    )
    back = reverse("conventions:convention_list")
    return _convention_form(request, form, _("Nouvelle convention"), back)


def convention_edit(request, pk):
    convention = editable(request.user, Convention.objects.select_related("antenna"), pk=pk)
    if convention.status != Convention.Status.DRAFT:
        messages.warning(
            request, _("Cette convention est signée : pour la modifier, passez par un avenant.")
        )
        return redirect("conventions:terms", pk)
    form = ConventionForm(
        request.POST or None,
        instance=convention.terms.last(),
        convention=convention,
        antennas=Antenna.objects.filter(pk=convention.antenna_id),
    )
    title = _("Modifier %(reference)s") % {"reference": convention.reference}
    return _convention_form(request, form, title, convention.get_absolute_url())


def _convention_form(request, form, title, back):
    if request.method == "POST" and form.is_valid():
        try:
            convention = form.save()
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("La convention est enregistrée."))
            return redirect(convention)
    context = {"title": title, "form": form, "back": back}
    return render(request, "conventions/terms_form.html", context)
