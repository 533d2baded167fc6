"""Pages of the checks by sampling: drawn, proved file by file, read with their interval."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conventions.models import Convention
from support.filters import SampleFilter
from support.models import Sample, SampleItem
from support.proofs import ask
from support.sample_forms import AskForm, DrawForm, ProofForm
from support.views.files import one_form
from territories.files import Column
from territories.forms import refuse
from territories.listing import listing
from territories.roles import coordinator_required, editable, reader_required, visible

COLUMNS = [
    Column(gettext_lazy("Sondage"), "__str__"),
    Column(gettext_lazy("Convention"), "convention"),
    Column(gettext_lazy("Tiré le"), "drawn_on"),
    Column(gettext_lazy("Graine"), "seed"),
    Column(gettext_lazy("Dossiers"), "size"),
    Column(gettext_lazy("Tirés parmi"), "population"),
    Column(gettext_lazy("Contrôlés"), "checked.__len__"),
    Column(gettext_lazy("Entièrement prouvés"), "share.seen"),
]


@reader_required
def sample_list(request):
    rows = Sample.objects.visible_to(request.user).select_related("convention__antenna")
    rows = rows.prefetch_related("items").order_by("-drawn_on", "-pk")
    return listing(
        request,
        SampleFilter(request.GET, rows, request=request),
        "support/sample_list.html",
        columns=COLUMNS,
        filename="controles",
        may_draw=request.user.may_edit_somewhere,
    )


@coordinator_required
def sample_add(request):
    conventions = Convention.objects.filter(antenna__in=request.user.edited_antennas)
    form = DrawForm(request.POST or None, conventions=conventions)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            sample = Sample.draw(
                typed["convention"],
                typed["size"],
                on=timezone.localdate(),
                seed=typed["seed"],
                by=request.user,
            )
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Le tirage est fait : demandez maintenant les preuves."))
            return redirect(sample)
    context = {
        "form": form,
        "title": _("Tirer des dossiers au hasard"),
        "intro": _(
            "Parmi les dossiers de la convention qui ont des emplois aujourd’hui. On demande"
            " ensuite à ces seules entreprises une preuve de chaque emploi."
        ),
        "submit": _("Tirer au hasard"),
        "back": reverse("support:sample_list"),
    }
    return render(request, "components/form_page.html", context)


def sample(request, pk):
    rows = Sample.objects.select_related("convention__antenna", "drawn_by")
    rows = rows.prefetch_related("items__application__company", "items__checked_by")
    row = visible(request.user, rows, pk=pk)
    context = {"sample": row, "may_edit": request.user.may_edit(row.antenna)}
    return render(request, "support/sample.html", context)


def _to_check(request, pk):
    rows = SampleItem.objects.select_related("sample__convention__antenna", "application__company")
    return editable(request.user, rows, pk=pk)


def _checked_already(request, item):
    messages.info(request, _("Ce dossier est déjà contrôlé."))
    return redirect(item)


def sample_ask(request, pk):
    """The proof of the jobs of a file, asked of its company."""
    item = _to_check(request, pk)
    if item.checked_on:
        return _checked_already(request, item)
    return one_form(
        request,
        AskForm(request.POST or None, item=item, by=request.user),
        lambda **typed: ask(item, by=request.user, **typed),
        done=_("Le message est parti."),
        back=item.get_absolute_url(),
        title=_("Demander une preuve"),
        intro=item.application,
        submit=_("Envoyer"),
    )


def sample_check(request, pk):
    item = _to_check(request, pk)
    if item.checked_on:
        return _checked_already(request, item)
    return one_form(
        request,
        ProofForm(request.POST or None, item=item),
        lambda proved, note, on: item.record(proved, on=on, note=note, by=request.user),
        done=_("Le contrôle est enregistré."),
        back=item.get_absolute_url(),
        title=_("Contrôler les emplois d’un dossier"),
        intro=item.application,
        submit=_("Enregistrer le contrôle"),
    )
