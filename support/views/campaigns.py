"""Pages of campaigns for the antenna: opening, sending, following, checking, closing."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from committee.views.documents import serve
from support import campaigns
from support.campaign_forms import CampaignForm, CheckForm, SurveyFilter
from support.models import Campaign, Survey
from support.money_forms import DayForm
from support.views.files import one_form
from territories.files import Column
from territories.forms import refuse
from territories.listing import Pages, listing
from territories.roles import coordinator_required, editable, visible

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


def campaign_list(request):
    rows = Campaign.objects.visible_to(request.user).with_counts().select_related("antenna")
    rows = rows.order_by("-opened_on", "-pk")
    page = Pages(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "may_open": request.user.may_edit_somewhere}
    return render(request, "support/campaign_list.html", context)


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
    statuses = list(row.surveys.values_list("status", flat=True))
    return listing(
        request,
        SurveyFilter(request.GET, surveys.order_by("application__company__search", "pk")),
        "support/campaign.html",
        columns=COLUMNS,
        filename="campagne",
        campaign=row,
        may_edit=request.user.may_edit(row.antenna),
        to_send=statuses.count(Survey.Status.TO_SEND),
        to_remind=statuses.count(Survey.Status.ASKED),
        to_check=statuses.count(Survey.Status.ANSWERED),
    )


def campaign_send(request, pk):
    """The next few questionnaires; the page says how many wait, and its button goes on."""
    return _send(request, pk, Survey.Status.TO_SEND)


def campaign_remind(request, pk):
    return _send(request, pk, Survey.Status.ASKED)


def _send(request, pk, status):
    row = editable(request.user, Campaign.objects.select_related("antenna"), pk=pk)
    if request.method == "POST" and not row.closed_on:
        waiting = row.surveys.filter(status=status).exclude(sent_to="")
        waiting = waiting.select_related("application__company", "campaign__antenna")
        if status == Survey.Status.ASKED:
            today = timezone.localdate()
            waiting = waiting.exclude(asked_on=today).exclude(reminded_on=today)
        found = list(waiting[:AT_ONCE])
        root_url = request.build_absolute_uri("/")
        outcome = campaigns.send_all(found, root_url=root_url, by=request.user)
        number = len(outcome.sent)
        sentence = ngettext("%(number)d message envoyé.", "%(number)d messages envoyés.", number)
        messages.success(request, sentence % {"number": number})
        for survey, why in outcome.failed:
            messages.error(request, f"{survey.application.company} – {why}")
    return redirect(row)


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
            refuse(form, error)
        else:
            messages.success(request, _("Le contrôle est enregistré."))
            return redirect(row.campaign)
    context = {
        "survey": row,
        "form": form,
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
