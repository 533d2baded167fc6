"""Requests for help: the form that anybody may fill, and what the antenna makes of them."""

from allauth.core.ratelimit import consume
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from companies.filters import LeadFilterSet
from companies.lead_forms import DismissForm, FollowForm, LeadForm, PassOnForm
from companies.leads import antenna_of, antennas_of, receive, tell, who_answers
from companies.models import Lead
from territories.files import Column
from territories.forms import ConfirmForm, refuse
from territories.listing import first, listing
from territories.models import Commune
from territories.roles import editable, reader_required, visible

FEW = 10  # other requests of who asked

COLUMNS = [
    Column(gettext_lazy("Entreprise"), "company_name"),
    Column(gettext_lazy("SIRET"), "siret"),
    Column(gettext_lazy("Commune"), "commune"),
    Column(gettext_lazy("Antenne"), "antenna"),
    Column(gettext_lazy("Reçue le"), "received_at"),
    Column(gettext_lazy("Interlocuteur"), "contact_name"),
    Column(gettext_lazy("Adresse électronique"), "email"),
    Column(gettext_lazy("Téléphone"), "phone"),
    Column(gettext_lazy("Projet"), "need"),
    Column(gettext_lazy("Suite"), "outcome"),
]


@login_not_required
@never_cache
def lead_ask(request):
    """Anybody asks for help; a robot is thanked, and forgotten."""
    form = LeadForm(request.POST or None)
    if request.method == "POST":
        if form.is_of_a_robot:
            return redirect("companies:lead_thanks")
        if form.is_valid() and consume(request, action="help_request"):
            asked = form.save(commit=False)
            receive(asked, root_url=request.build_absolute_uri("/"))
            thanks = urlencode({"commune": asked.commune_id})
            return redirect(f"{reverse('companies:lead_thanks')}?{thanks}")
        if form.is_valid():
            form.add_error(
                None, _("Trop de demandes sont parties d’ici : réessayez dans une heure.")
            )
    return render(request, "companies/lead_ask.html", {"form": form})


@login_not_required
def lead_thanks(request):
    """Tells who will answer for the commune (`?commune=`), as the message does."""
    commune = Commune.objects.filter(code=request.GET.get("commune", "")[:5]).first()
    context = {"who_answers": who_answers(antenna_of(commune)) if commune else None}
    return render(request, "companies/lead_thanks.html", context)


@reader_required
def lead_list(request):
    leads = Lead.objects.visible_to(request.user).select_related("antenna", "commune", "company")
    return listing(
        request,
        LeadFilterSet(request.GET, leads, request=request),
        "companies/lead_list.html",
        columns=COLUMNS,
        filename="demandes-d-aide",
        may_settle=request.user.is_national or request.user.may_edit_somewhere,
    )


def lead_follow(request, pk):
    row = editable(request.user, Lead.objects.exclude(antenna=None), pk=pk)
    return _settle(
        request,
        row,
        FollowForm(request.POST or None, lead=row),
        lambda lead, typed: lead.follow(typed["company"], by=request.user),
        title=_("Rattacher à une entreprise suivie"),
        submit=_("Rattacher la demande"),
        done=_("La demande est rattachée à l’entreprise."),
    )


def _mine(request, pk):
    """The request, for who may settle it: who coordinates its antenna, or the network."""
    row = visible(request.user, Lead.objects.select_related("antenna"), pk=pk)
    if not row.may_be_settled_by(request.user):
        raise PermissionDenied
    return row


def lead(request, pk):
    rows = Lead.objects.select_related("antenna", "commune", "company", "settled_by")
    row = visible(request.user, rows, pk=pk)
    settles = row.may_be_settled_by(request.user)
    asked_again = row.asked_again.visible_to(request.user).select_related("company")
    context = {
        "lead": row,
        "also_serving": antennas_of(row.commune).exclude(pk=row.antenna_id),
        "unattended": row.antenna and row.waits and row.is_unattended,
        "asked_again": first(asked_again, FEW),
        "may_settle": row.waits and settles,
        "may_follow": row.waits and row.may_be_followed_by(request.user),
        "may_reopen": settles and not row.waits,
    }
    return render(request, "companies/lead.html", context)


def lead_dismiss(request, pk):
    return _settle(
        request,
        _mine(request, pk),
        DismissForm(request.POST or None),
        lambda lead, typed: lead.dismiss(reason=typed["reason"], by=request.user),
        title=_("Classer sans suite"),
        warning=_("La demande ne sera plus proposée. Prévenez l’entreprise."),
        submit=_("Classer la demande"),
        done=_("La demande est classée."),
    )


def lead_reopen(request, pk):
    row = _mine(request, pk)
    return _settle(
        request,
        row,
        ConfirmForm(request.POST if request.method == "POST" else None),
        lambda lead, typed: lead.reopen(),
        title=_("Rouvrir la demande"),
        warning=_("Elle sera de nouveau à traiter. Rien de ce qui est écrit n’est effacé."),
        submit=_("Rouvrir la demande"),
        done=_("La demande est de nouveau à traiter."),
    )


def lead_pass_on(request, pk):
    row = _mine(request, pk)

    def pass_on(lead, typed):
        lead.pass_on(typed["antenna"])
        tell(lead, root_url=request.build_absolute_uri("/"))

    return _settle(
        request,
        row,
        PassOnForm(request.POST or None, lead=row),
        pass_on,
        title=_("Confier à une antenne"),
        submit=_("Confier la demande"),
        done=_("La demande est confiée à l’antenne."),
    )


def _settle(request, row, form, verb, *, done, **context):
    if request.method == "POST" and form.is_valid():
        try:
            verb(row, form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, done)
            return redirect("companies:lead_list")
    context |= {"form": form, "intro": row, "back": row.get_absolute_url()}
    return render(request, "components/form_page.html", context)
