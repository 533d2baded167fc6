"""Pages of antennas, their territories, and the closures they answer to."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from territories.files import Column
from territories.filters import AntennaFilterSet
from territories.forms import AntennaForm, ClosureForm, TerritoryForm
from territories.listing import listing, suggestions
from territories.models import Antenna, Closure, Commune, Epci, Territory
from territories.roles import editable, network_required, reader_required, visible


@reader_required
def antenna_list(request):
    antennas = Antenna.objects.visible_to(request.user)
    return listing(
        request,
        AntennaFilterSet(request.GET, antennas, request=request),
        "territories/antenna_list.html",
        columns=[
            Column(_("Nom"), "name"),
            Column(_("Structure porteuse"), "host"),
            Column(_("État"), "get_status_display"),
            Column(_("Ouverte le"), "opened_on"),
            Column(_("Fermée le"), "closed_on"),
            Column(_("Personne à contacter"), "contact_name"),
            Column(_("Adresse électronique"), "contact_email"),
            Column(_("Téléphone"), "contact_phone"),
        ],
        filename="antennes",
    )


def antenna(request, pk):
    antenna = visible(request.user, Antenna.objects, pk=pk)
    context = {
        "antenna": antenna,
        "territories": antenna.territories.with_people(),
        "closures": antenna.closures.select_related("commune"),
        "may_edit_antenna": _may_edit_antenna(request.user, antenna),
    }
    return render(request, "territories/antenna.html", context)


@network_required
def antenna_add(request):
    form = AntennaForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        antenna = form.save()
        messages.success(request, _("L’antenne est créée. Invitez maintenant son animateur."))
        return redirect(antenna)
    return render(
        request, "components/form_page.html", {"title": _("Nouvelle antenne"), "form": form}
    )


def antenna_edit(request, pk):
    antenna = visible(request.user, Antenna.objects, pk=pk)
    if not _may_edit_antenna(request.user, antenna):
        raise PermissionDenied
    form = AntennaForm(request.POST or None, instance=antenna)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("L’antenne est à jour."))
        return redirect(antenna)
    context = {
        "title": _("Modifier l’antenne"),
        "form": form,
        "back": antenna.get_absolute_url(),
    }
    return render(request, "components/form_page.html", context)


def _may_edit_antenna(user, antenna):
    return user.may_edit(antenna) or user.may_edit_network


def territory(request, pk):
    territory = visible(request.user, Territory.objects.select_related("antenna"), pk=pk)
    communes = territory.communes.select_related("department", "epci")
    context = {"territory": territory, "communes": communes, "groups": _by_epci(communes)}
    context["population"] = sum(group["population"] for group in context["groups"])
    return render(request, "territories/territory.html", context)


def _by_epci(communes):
    """The communes of each intercommunality and their people; last, those that have none."""
    by_epci = {}
    for commune in communes:
        by_epci.setdefault(commune.epci, []).append(commune)
    return [
        {
            "epci": epci,
            "communes": group,
            "population": sum(commune.population or 0 for commune in group),
        }
        for epci, group in sorted(by_epci.items(), key=lambda pair: (not pair[0], str(pair[0])))
    ]


def territory_add(request, pk):
    antenna = editable(request.user, Antenna.objects, pk=pk)
    return _territory_form(request, Territory(antenna=antenna), _("Nouveau territoire"), antenna)


def territory_edit(request, pk):
    territory = editable(request.user, Territory.objects.select_related("antenna"), pk=pk)
    return _territory_form(request, territory, _("Modifier le territoire"), territory)


def _territory_form(request, territory, title, back):
    form = TerritoryForm(request.POST or None, instance=territory)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Le territoire est à jour."))
        if "again" in request.POST:
            return redirect("territories:territory_edit", territory.pk)
        return redirect(territory)
    context = {"form": form, "title": title, "back": back.get_absolute_url()}
    return render(request, "territories/territory_form.html", context)


def closure(request, pk):
    closures = Closure.objects.select_related("antenna", "commune")
    closure = visible(request.user, closures, pk=pk)
    return render(request, "territories/closure.html", {"closure": closure})


def closure_add(request, pk):
    antenna = editable(request.user, Antenna.objects, pk=pk)
    return _closure_form(
        request, Closure(antenna=antenna), _("Nouvelle fermeture de site"), antenna
    )


def closure_edit(request, pk):
    closure = editable(request.user, Closure.objects.select_related("antenna"), pk=pk)
    return _closure_form(request, closure, _("Modifier la fermeture de site"), closure)


def _closure_form(request, closure, title, back):
    form = ClosureForm(request.POST or None, instance=closure)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("La fermeture de site est enregistrée."))
        return redirect(closure)
    context = {"title": title, "form": form, "back": back.get_absolute_url()}
    return render(request, "components/form_page.html", context)


@login_not_required
def commune_options(request):
    """The official list is everybody's: who asks for help names their commune."""
    return suggestions(request, Commune.objects.all())


@reader_required
def epci_options(request):
    return suggestions(request, Epci.objects.visible_to(request.user))
