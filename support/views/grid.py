"""The grid in which a coordinator logs days for anybody."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from support.grid import QUANTITIES, Grid, editable_missions, latest, monday_of
from territories.forms import HouseMixin
from territories.roles import coordinator_required

AT_ONCE = 15  # missions of one page


class StartForm(HouseMixin, forms.Form):
    """The week with which the grid begins."""

    debut = forms.DateField(label=_("À partir de la semaine du"))


@coordinator_required
def day_grid(request):
    """What was typed is kept when something of it is refused: nothing is then saved."""
    form = StartForm({"debut": request.GET.get("debut") or latest()})
    first = monday_of(form.cleaned_data["debut"]) if form.is_valid() else latest()
    page = Paginator(editable_missions(request.user, first), AT_ONCE).get_page(
        request.GET.get("page")
    )
    grid = Grid(page.object_list, first, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        written = grid.save(by=request.user)
        if not grid.is_refused:
            _tell(request, len(written))
            return redirect(request.get_full_path())
    context = {"form": form, "grid": grid, "page": page, "quantities": QUANTITIES}
    return render(request, "support/grid.html", context)


def _tell(request, number):
    if not number:
        messages.info(request, _("Rien n’est rempli : rien n’a changé."))
        return
    sentence = ngettext(
        "%(number)d journée est enregistrée.", "%(number)d journées sont enregistrées.", number
    )
    messages.success(request, sentence % {"number": number})
