"""The ledger of a convention, and the lines that are written by hand."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from conventions.filters import EntryFilterSet
from conventions.forms import CarryOverForm, FeeForm, LabelForm, refuse_money
from conventions.models import Convention, Entry, Envelope
from conventions.tabs import header
from territories.files import Column
from territories.listing import listing
from territories.roles import editable, visible


def entry_list(request, pk):
    convention = visible(request.user, Convention.objects.select_related("antenna"), pk=pk)
    entries = convention.entries.select_related("created_by", "reversal", "reverses")
    entries = entries.order_by("-on", "-pk")

    def add_balances(entries):
        balances = convention.entries.balances_after([entry.pk for entry in entries])
        for entry in entries:
            entry.running_balance = balances[entry.pk]

    filterset = EntryFilterSet(request.GET, entries, request=request)
    known = convention.entries.until(filterset.day)
    return listing(
        request,
        filterset,
        "conventions/entry_list.html",
        columns=[
            Column(_("Date"), "on"),
            Column(_("Nature"), "get_kind_display"),
            Column(_("Libellé"), "label"),
            Column(_("Enveloppe"), "get_envelope_display"),
            Column(_("Montant (€)"), "amount"),
            Column(_("Solde de l’enveloppe (€)"), "running_balance"),
            Column(_("Saisie par"), "created_by"),
            Column(_("Saisie le"), "created_at"),
            Column(_("Écriture n°"), "pk"),
            Column(_("Annule l’écriture n°"), "reverses_id"),
        ],
        filename=filterset.named(f"journal-{convention.reference}"),
        complete=add_balances,
        **header(convention),
        balances=[
            (envelope.label, known.filter(envelope=envelope).balance()) for envelope in Envelope
        ],
        edits=request.user.may_edit(convention.antenna) and not filterset.past,
        successor=Convention.objects.filter(predecessor=convention).first(),
    )


def fee_add(request, pk):
    convention = editable(request.user, Convention.objects.select_related("antenna"), pk=pk)
    form = FeeForm(
        request.POST or None, initial={"envelope": Envelope.GENERAL, "on": timezone.localdate()}
    )
    return _write(
        request,
        form,
        convention,
        convention.charge_fee,
        title=_("Frais de gestion"),
        intro=_("Ils sont pris sur l’enveloppe, sur une ligne à part, jamais mêlés aux aides."),
        done=_("Les frais sont inscrits au journal."),
    )


def carry_over(request, pk):
    convention = editable(request.user, Convention.objects.select_related("antenna"), pk=pk)
    envelope = request.GET.get("enveloppe")
    envelope = envelope if envelope in Envelope else Envelope.GENERAL
    today = timezone.localdate()
    initial = {
        "envelope": envelope,
        "amount": convention.available(envelope, today),
        "on": today,
    }
    successor = Convention.objects.filter(predecessor=convention).first()
    return _write(
        request,
        CarryOverForm(request.POST or None, initial=initial),
        convention,
        convention.carry_over,
        title=_("Reporter le solde de %(reference)s") % {"reference": convention.reference},
        intro=successor
        and _("L’argent passe à la convention %(successor)s, dans la même enveloppe.")
        % {"successor": successor},
        warning=not successor
        and _("Cette convention n’a pas de suite : préparez d’abord sa reconduction."),
        submit=_("Reporter"),
        done=_("Le solde est reporté."),
    )


def entry_reverse(request, pk):
    entry = editable(
        request.user,
        Entry.objects.select_related("convention__antenna", "reversal"),
        pk=pk,
    )
    if not entry.may_be_undone_by_hand:
        messages.info(request, _("Cette écriture est déjà annulée, ou ne s’annule pas à la main."))
        return redirect("conventions:entry_list", entry.convention_id)
    form = LabelForm(request.POST or None)
    return _write(
        request,
        form,
        entry.convention,
        lambda *, label, by: entry.convention.reverse(entry, label=label, by=by),
        title=_("Annuler une écriture"),
        intro=_("« %(entry)s » : une écriture contraire est ajoutée, à la même date.")
        % {"entry": entry},
        submit=_("Ajouter l’écriture contraire"),
        done=_("L’écriture est annulée par une écriture contraire."),
    )


def _write(request, form, convention, verb, *, title, done, **texts):
    """A page that adds lines to the ledger by `verb`."""
    back = reverse("conventions:entry_list", args=[convention.pk])
    if request.method == "POST" and form.is_valid():
        try:
            verb(**form.cleaned_data, by=request.user)
        except ValidationError as error:
            refuse_money(form, error)
        else:
            messages.success(request, done)
            return redirect(back)
    context = {"title": title, "form": form, "back": back, **texts}
    return render(request, "components/form_page.html", context)
