"""What sponsors promise, what came, what is still expected."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from companies.models import Sponsor
from companies.tabs import sponsor_tabs
from conventions.filters import PledgeFilterSet
from conventions.forms import PledgeForm, ReasonedStepForm, ReceiptForm
from conventions.models import Convention, Envelope, Pledge, Receipt
from conventions.money import in_euros
from conventions.tabs import header
from territories.files import Column
from territories.forms import refuse
from territories.listing import listing
from territories.roles import editable, visible

COLUMNS = [
    Column(gettext_lazy("Apporteur"), "sponsor"),
    Column(gettext_lazy("Origine des fonds"), "get_origin_display"),
    Column(gettext_lazy("Enveloppe"), "get_envelope_display"),
    Column(gettext_lazy("Date"), "pledged_on"),
    Column(gettext_lazy("Montant (€)"), "amount"),
    Column(gettext_lazy("Journées"), "days"),
    Column(gettext_lazy("Appelé (€)"), "called"),
    Column(gettext_lazy("Reçu (€)"), "received"),
    Column(gettext_lazy("Reste attendu (€)"), "expected"),
    Column(gettext_lazy("En retard (€)"), "late"),
    Column(gettext_lazy("Passé en perte (€)"), "written_off"),
    Column(gettext_lazy("Retiré le"), "withdrawn_on"),
    Column(gettext_lazy("Précisions"), "note"),
]


def pledge_list(request, pk):
    convention = visible(request.user, Convention.objects.select_related("antenna"), pk=pk)
    pledges = convention.pledges.select_related("sponsor")
    filterset = PledgeFilterSet(request.GET, pledges, request=request)
    return listing(
        request,
        filterset,
        "conventions/pledge_list.html",
        columns=COLUMNS,
        filename=filterset.named(f"apports-{convention.reference}"),
        complete=filterset.tell,
        **header(convention),
        totals=[
            {
                **total,
                "origin": Pledge.Origin(total["origin"]).label,
                "envelope": Envelope(total["envelope"]).label,
            }
            for total in convention.pledges.totals(filterset.past)
        ],
        edits=request.user.may_edit(convention.antenna) and not filterset.past,
        receipts=Receipt.objects.filter(
            pledge__convention=convention, received_on__lte=filterset.day
        )
        .select_related("pledge__sponsor", "call")
        .order_by("-received_on", "-pk"),
    )


def sponsor_pledges(request, pk):
    """What a sponsor promised to the conventions that one reads."""
    sponsor = visible(request.user, Sponsor.objects, pk=pk)
    pledges = Pledge.objects.visible_to(request.user).filter(sponsor=sponsor).with_received()
    context = {
        "sponsor": sponsor,
        "tabs": sponsor_tabs(sponsor),
        "pledges": pledges.select_related("convention__antenna").order_by("-pledged_on", "-pk"),
    }
    return render(request, "conventions/sponsor_pledges.html", context)


def pledge_add(request, pk):
    convention = editable(request.user, Convention.objects.select_related("antenna"), pk=pk)
    form = PledgeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        pledge = form.cleaned_data
        sponsor, on = pledge.pop("sponsor"), pledge.pop("pledged_on")
        try:
            convention.pledge(sponsor, on=on, by=request.user, **pledge)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("L’apport est enregistré."))
            return redirect("conventions:pledge_list", pk)
    intro = _("Les euros promis sont aussitôt disponibles dans leur enveloppe.")
    return _page(request, form, _("Nouvel apport"), convention, intro=intro)


def receipt_add(request, pk):
    pledge = editable(request.user, _pledges(), pk=pk)
    calls = pledge.calls.waiting().order_by("due_on", "pk")
    initial = {"received_on": timezone.localdate(), **_what_comes(pledge, calls, request.GET)}
    form = ReceiptForm(request.POST or None, initial=initial, calls=calls)
    if request.method == "POST" and form.is_valid():
        receipt = form.cleaned_data
        try:
            pledge.receive(
                receipt["amount"],
                on=receipt["received_on"],
                label=receipt["label"],
                call=receipt.get("call"),
                by=request.user,
            )
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Le versement est enregistré."))
            return redirect("conventions:pledge_list", pledge.convention_id)
    title = _("Versement de %(sponsor)s") % {"sponsor": pledge.sponsor}
    intro = len(calls) == 1 and _("Un appel de fonds attend ce versement : il est choisi.")
    return _page(request, form, title, pledge.convention, intro=intro)


def _what_comes(pledge, calls, asked):
    """What a receipt begins with: the call asked for or the only one, and what it waits for."""
    chosen = [call for call in calls if len(calls) == 1 or str(call.pk) == asked.get("appel")]
    if chosen:
        return {"call": str(chosen[0].pk), "amount": chosen[0].left}
    return {"amount": pledge.expected or None}


def pledge_withdraw(request, pk):
    pledge = editable(request.user, _pledges(), pk=pk)
    return _write(
        request,
        pledge,
        pledge.withdraw,
        title=_("Retirer l’apport de %(sponsor)s") % {"sponsor": pledge.sponsor},
        intro=_(
            "La promesse est annulée et ses euros quittent l’enveloppe."
            " Elle reste visible dans la liste et dans le journal."
        ),
        warning=_("Un apport retiré ne se rétablit pas."),
        danger=True,
        submit=_("Retirer l’apport"),
        done=_("L’apport est retiré."),
    )


def pledge_give_up(request, pk):
    pledge = editable(request.user, _pledges(), pk=pk)
    return _write(
        request,
        pledge,
        pledge.give_up,
        title=_("Passer en perte le reste de l’apport de %(sponsor)s")
        % {"sponsor": pledge.sponsor},
        intro=_("%(left)s ne viendront jamais : ils quittent l’enveloppe « %(envelope)s ».")
        % {"left": in_euros(pledge.expected), "envelope": pledge.get_envelope_display()},
        warning=_(
            "Plus rien n’est attendu de cet apport, et ses appels de fonds n’attendent plus."
        ),
        danger=True,
        submit=_("Passer en perte"),
        done=_("Le reste de l’apport est passé en perte."),
    )


def pledge_expect_again(request, pk):
    pledge = editable(request.user, _pledges(), pk=pk)
    return _write(
        request,
        pledge,
        pledge.expect_again,
        title=_("Attendre de nouveau le reste de l’apport de %(sponsor)s")
        % {"sponsor": pledge.sponsor},
        intro=_("La perte est annulée au journal, et ses appels de fonds attendent de nouveau."),
        submit=_("Attendre de nouveau"),
        done=_("Le reste de l’apport est de nouveau attendu."),
    )


def _write(request, pledge, verb, *, done, title, **texts):
    """A page that changes what is expected of a pledge by `verb`, with a day and a reason."""
    form = ReasonedStepForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            verb(**form.cleaned_data, by=request.user)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, done)
            return redirect("conventions:pledge_list", pledge.convention_id)
    return _page(request, form, title, pledge.convention, **texts)


def _pledges():
    return Pledge.objects.with_received().select_related("sponsor", "convention__antenna")


def _page(request, form, title, convention, **texts):
    back = reverse("conventions:pledge_list", args=[convention.pk])
    context = {"title": title, "form": form, "back": back, **texts}
    return render(request, "components/form_page.html", context)
