"""Pages of campaigns for the antenna: opening, sending, following, checking, closing."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from committee.views.documents import serve
from support import campaigns
from support.campaign_forms import CampaignForm, CheckForm, SurveyFilter, WriteForm
from support.filters import CampaignFilter
from support.models import Campaign, Survey
from support.money_forms import DayForm
from support.views.files import one_form
from territories.files import Column
from territories.forms import refuse
from territories.listing import listing
from territories.roles import coordinator_required, editable, reader_required, visible

AT_ONCE = 10  # e-mails that one page sends: the next ones leave with the next page
PER_PAGE = 50
COLUMNS = [
    Column(gettext_lazy("Entreprise"), "application.company.name"),
    Column(gettext_lazy("Dossier"), "application.reference"),
    Column(gettext_lazy("État"), "get_status_display"),
    Column(gettext_lazy("Envoyé le"), "asked_on"),
    Column(gettext_lazy("Relances"), "reminders"),
    Column(gettext_lazy("Répondu le"), "answered_on"),
    Column(gettext_lazy("Effectif"), "headcount"),
    Column(gettext_lazy("Chiffre d’affaires (€)"), "turnover"),
]


CAMPAIGN_COLUMNS = [
    Column(gettext_lazy("Campagne"), "__str__"),
    Column(gettext_lazy("Antenne"), "antenna"),
    Column(gettext_lazy("Ouverte le"), "opened_on"),
    Column(gettext_lazy("Réponses avant le"), "answer_by"),
    Column(gettext_lazy("Close le"), "closed_on"),
    Column(gettext_lazy("Entreprises"), "asked"),
    Column(gettext_lazy("Réponses"), "answered"),
    Column(gettext_lazy("Acceptées"), "accepted"),
]


@reader_required
def campaign_list(request):
    rows = Campaign.objects.visible_to(request.user).with_counts().select_related("antenna")
    rows = rows.order_by("-opened_on", "-pk")
    return listing(
        request,
        CampaignFilter(request.GET, rows, request=request),
        "support/campaign_list.html",
        columns=CAMPAIGN_COLUMNS,
        filename="campagnes",
        may_open=request.user.may_edit_somewhere,
    )


@coordinator_required
def campaign_add(request):
    form = CampaignForm(request.POST or None, antennas=request.user.edited_antennas)
    if request.method == "POST" and form.is_valid():
        try:
            campaign = Campaign.open(**form.cleaned_data, on=timezone.localdate(), by=request.user)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(
                request, _("La campagne est ouverte : relisez la liste, puis envoyez.")
            )
            return redirect(campaign)
    context = {
        "form": form,
        "title": _("Ouvrir une campagne"),
        "intro": _(
            "Chaque entreprise aidée à ce terme reçoit un questionnaire de trois minutes sur ses"
            " emplois. Rien ne part avant que vous ayez relu la liste."
        ),
        "submit": _("Ouvrir la campagne"),
        "back": reverse("support:campaign_list"),
    }
    return render(request, "components/form_page.html", context)


def campaign(request, pk):
    row = visible(request.user, Campaign.objects.with_counts().select_related("antenna"), pk=pk)
    surveys = row.surveys.select_related("application__company", "contact", "campaign__antenna")
    return listing(
        request,
        SurveyFilter(request.GET, surveys.order_by("application__company__search", "pk")),
        "support/campaign.html",
        columns=COLUMNS,
        filename="campagne",
        campaign=row,
        may_edit=request.user.may_edit(row.antenna),
        **row.surveys.counts(timezone.localdate()),
    )


def campaign_send(request, pk):
    return _send(request, pk, is_reminder=False)


def campaign_remind(request, pk):
    return _send(request, pk, is_reminder=True)


def _send(request, pk, *, is_reminder):
    """How far what is to leave today is; each time the page is sent, a few more leave.

    With `suite` the page sends itself again until all left, where scripts run.
    """
    row = editable(request.user, Campaign.objects.select_related("antenna"), pk=pk)
    today = timezone.localdate()
    waiting = row.surveys.to_remind(today) if is_reminder else row.surveys.to_send()
    waiting = waiting.select_related("application__company", "campaign__antenna")
    if request.method == "POST" and not row.closed_on:
        found, root_url = list(waiting[:AT_ONCE]), request.build_absolute_uri("/")
        outcome = campaigns.send_all(found, root_url=root_url, by=request.user)
        for survey, why in outcome.failed:
            messages.error(request, f"{survey.application.company} – {why}")
        goes_on = not outcome.failed and waiting.exists()
        if goes_on or "HX-Request" in request.headers:
            return HttpResponseRedirect(request.path + "?suite=1" * goes_on)
        if outcome.sent:
            messages.success(request, _told(_left(row, today, is_reminder)))
        elif not outcome.failed:
            messages.info(request, _("Il n’y a personne à qui écrire aujourd’hui."))
        return redirect(row)
    settled, left = _left(row, today, is_reminder), waiting.count()
    context = {
        "campaign": row,
        "is_reminder": is_reminder,
        "settled": settled,
        "waiting": left,
        "total": settled + left,
        "goes_on": "suite" in request.GET,
    }
    return render(request, "support/campaign_sending.html", context)


def _left(row, today, is_reminder):
    """How many left on that day."""
    return row.surveys.filter(**{"reminded_on" if is_reminder else "asked_on": today}).count()


def _told(number):
    sentence = ngettext(
        "%(number)d message envoyé aujourd’hui.", "%(number)d messages envoyés aujourd’hui.", number
    )
    return sentence % {"number": number}


def campaign_close(request, pk):
    row = editable(request.user, Campaign.objects.select_related("antenna"), pk=pk)
    silent = row.surveys.unanswered().count()
    told = ngettext(
        "%(number)d entreprise n’a pas répondu : elle restera « sans réponse », jamais zéro.",
        "%(number)d entreprises n’ont pas répondu : elles resteront « sans réponse », jamais zéro.",
        silent,
    )
    return one_form(
        request,
        DayForm(request.POST or None),
        row.close,
        done=_("La campagne est close."),
        back=row.get_absolute_url(),
        title=_("Clore la campagne"),
        intro=row,
        warning=silent and told % {"number": silent},
        danger=True,
        submit=_("Clore la campagne"),
    )


def survey(request, pk):
    """An answer, and its check."""
    row = visible(request.user, _surveys(), pk=pk)
    may_check = request.user.may_edit(row.antenna) and row.status == Survey.Status.ANSWERED
    form = CheckForm(request.POST or None) if may_check else None
    if form and request.method == "POST" and form.is_valid():
        try:
            _check(request, row, **form.cleaned_data)
        except ValidationError as error:
            row.refresh_from_db()  # the page tells what is kept
            refuse(form, error)
        else:
            messages.success(request, _("Le contrôle est enregistré."))
            return redirect(row.campaign)
    context = {
        "survey": row,
        "form": form,
        "may_write": request.user.may_edit(row.antenna) and row.waits_for_the_company,
        "gone": row.gone_jobs.select_related("job"),
        "new": row.new_jobs.all(),
    }
    return render(request, "support/survey.html", context)


def _check(request, row, *, verdict, comment):
    today, user = timezone.localdate(), request.user
    if verdict == "accept":
        row.accept(on=today, by=user)
    elif verdict == "contest":
        row.contest(on=today, comment=comment, by=user)
    else:
        root_url = request.build_absolute_uri("/")
        campaigns.send_back(row, comment=comment, root_url=root_url, by=user)


def survey_write(request, pk):
    """The questionnaire, or its reminder, to one person of the company."""
    row = editable(request.user, _surveys(), pk=pk)
    root_url = request.build_absolute_uri("/")
    return one_form(
        request,
        WriteForm(request.POST or None, company=row.application.company, contact=row.contact),
        lambda contact: campaigns.write_to(row, contact, root_url=root_url, by=request.user),
        done=_("Le message est parti."),
        back=row.get_absolute_url(),
        title=_("Écrire à l’entreprise"),
        intro=_(
            "Le questionnaire part à cette adresse. S’il était parti à une autre, le lien de"
            " celle-là n’ouvre plus rien."
        ),
        submit=_("Envoyer"),
    )


@require_safe
@never_cache
def survey_document(request, pk):
    row = visible(request.user, Survey.objects, pk=pk)
    if not row.document:
        raise Http404
    return serve(row.document, row.document_name)


def _surveys():
    return Survey.objects.select_related(
        "application__company",
        "application__convention__antenna",
        "campaign__antenna",
        "checked_by",
    )
