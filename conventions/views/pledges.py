"""What sponsors promise, what came, what is still expected."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from companies.models import Sponsor
from companies.tabs import sponsor_tabs
from conventions.filters import PledgeFilterSet
from conventions.forms import PledgeForm, ReasonedStepForm, ReceiptForm
from conventions.models import Convention, Envelope, Pledge, Receipt
from conventions.tabs import header
from territories.forms import refuse
from territories.listing import Column, listing
from territories.roles import editable, visible


def pledge_list(request, pk):
    convention = visible(request.user, Convention.objects.select_related("antenna"), pk=pk)
    pledges = convention.pledges.with_received().select_related("sponsor")
    return listing(
        request,
        PledgeFilterSet(request.GET, pledges, request=request),
        "conventions/pledge_list.html",
        columns=[
            Column(_("Apporteur"), "sponsor"),
            Column(_("Origine des fonds"), "get_origin_display"),
            Column(_("Enveloppe"), "get_envelope_display"),
            Column(_("Date"), "pledged_on"),
            Column(_("Montant (€)"), "amount"),
            Column(_("Journées"), "days"),
            Column(_("Reçu (€)"), "received"),
            Column(_("Reste attendu (€)"), "expected"),
            Column(_("Retiré le"), "withdrawn_on"),
            Column(_("Précisions"), "note"),
        ],
        filename=f"apports-{convention.reference}",
        **header(convention),
        totals=[
            {
                **total,
                "origin": Pledge.Origin(total["origin"]).label,
                "envelope": Envelope(total["envelope"]).label,
            }
            for total in convention.pledges.totals()
        ],
        receipts=Receipt.objects.filter(pledge__convention=convention)
        .select_related("pledge__sponsor")
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
    initial = {"amount": pledge.expected, "received_on": timezone.localdate()}
    form = ReceiptForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        receipt = form.cleaned_data
        try:
            pledge.receive(
                receipt["amount"],
                on=receipt["received_on"],
                label=receipt["label"],
                by=request.user,
            )
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Le versement est enregistré."))
            return redirect("conventions:pledge_list", pledge.convention_id)
    title = _("Versement de %(sponsor)s") % {"sponsor": pledge.sponsor}
    return _page(request, form, title, pledge.convention)


def pledge_withdraw(request, pk):
    pledge = editable(request.user, _pledges(), pk=pk)
    form = ReasonedStepForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            pledge.withdraw(**form.cleaned_data, by=request.user)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("L’apport est retiré."))
            return redirect("conventions:pledge_list", pledge.convention_id)
    return _page(
        request,
        form,
        _("Retirer l’apport de %(sponsor)s") % {"sponsor": pledge.sponsor},
        pledge.convention,
        intro=_(
            "La promesse est annulée et ses euros quittent l’enveloppe."
            " Elle reste visible dans la liste et dans le journal."
        ),
        warning=_("Un apport retiré ne se rétablit pas."),
        danger=True,
        submit=_("Retirer l’apport"),
    )


def _pledges():
    return Pledge.objects.with_received().select_related("sponsor", "convention__antenna")


def _page(request, form, title, convention, **texts):
    back = reverse("conventions:pledge_list", args=[convention.pk])
    context = {"title": title, "form": form, "back": back, **texts}
    return render(request, "components/form_page.html", context)
