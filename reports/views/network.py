"""The pages of the whole network: its picture at a date, the rows of its figures, files of both."""

from django import forms
from django.db.models import Sum
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from reports.display import KINDS, full_label
from reports.network.columns import INDICATORS, THEMES, comparison, file_columns, file_rows
from reports.network.help import worries
from reports.network.picture import Network
from reports.network.places import closures, map_of, places
from reports.network.rows import BY_SLUG, NetworkRows
from reports.network.sponsors import Involvement
from reports.network.totals import totals
from reports.rows import FIGURES
from reports.views.fund import FILES
from territories.exports import root_url
from territories.files import Column, Link
from territories.filters import AsOfForm
from territories.listing import Unfiltered, listing
from territories.models import Antenna, Department
from territories.roles import network_required


class NetworkRowsForm(AsOfForm):
    """Which figure, of which antenna or département."""

    chiffre = forms.ChoiceField(
        label=_("Chiffre"), choices=[(slug, full_label(key)) for slug, key in BY_SLUG.items()]
    )
    antenne = forms.ModelChoiceField(Antenna.objects, label=_("Antenne"), required=False)
    departement = forms.ModelChoiceField(Department.objects, label=_("Département"), required=False)
    field_order = ["chiffre", "antenne", "departement", "au"]

    def __init__(self, asked):
        super().__init__(asked)
        self.data |= {
            "chiffre": asked.get("chiffre") or next(iter(BY_SLUG)),
            "antenne": asked.get("antenne"),
            "departement": asked.get("departement"),
        }
        self.fields["antenne"].empty_label = _("Toutes")
        self.fields["departement"].empty_label = _("Tous")


@network_required
def network(request):
    form = AsOfForm(request.GET)
    if not form.is_valid():
        return render(request, "reports/network.html", {"form": form})
    found = Network(form.day)
    order = request.GET.get("o", "")
    if as_file := FILES.get(request.GET.get("format")):
        columns = [*file_columns(), Link(root_url(request), "url")]
        return as_file([file_rows(found, order)], columns, f"reseau-{found.at}")
    theme = request.GET.get("vue")
    theme = theme if theme in THEMES else next(iter(THEMES))
    where = places(found)
    context = {
        "form": form,
        "network": found,
        "totals": totals(found),
        "theme": theme,
        "themes": [(word, label) for word, (label, _keys) in THEMES.items()],
        "columns": [(key, INDICATORS[key]) for key in THEMES[theme][1]],
        "rows": comparison(found, theme, order),
        "worries": worries(found),
        "places": where,
        "map": map_of(where),
        "involvement": Involvement(found),
        "closures": closures(found),
    }
    return render(request, "reports/network.html", context)


@network_required
def network_rows(request):
    """The rows that a figure of the network, of an antenna or of a département is made of."""
    form = NetworkRowsForm(request.GET)
    if not form.is_valid():
        return render(request, "reports/network_rows.html", {"form": form})
    told = form.cleaned_data
    key, at = BY_SLUG[told["chiffre"]], told["au"]
    figure = FIGURES[key]
    found = NetworkRows(at, told["antenne"], told["departement"])
    rows = figure.rows(found)
    return listing(
        request,
        Unfiltered(rows),
        "reports/network_rows.html",
        columns=[*figure.columns, Column(full_label(key), "counts")],
        filename=f"reseau-{figure.slug}-{at}",
        form=form,
        title=full_label(key),
        kind=KINDS[key],
        at=at,
        figures=found,
        total=sum_of_rows(rows),
        shown=figure.columns,
        works_here=True,
    )


def sum_of_rows(rows):
    """What all the rows count for, whatever page is shown."""
    return rows.order_by().aggregate(sum=Sum("counts"))["sum"] or 0
