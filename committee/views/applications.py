"""Pages of the application file: list, file, form, history."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import ExpressionWrapper, F
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from committee.aid_account import standing
from committee.duplicates import others_under_way
from committee.filters import ApplicationFilter
from committee.forms import ApplicationForm
from committee.history import changes
from committee.models import Application, Document, Letter, Seat
from committee.models.financing import Plan
from committee.reading import comments_read_by, item_to_comment
from committee.recusal import grounds
from committee.screening import findings
from committee.tabs import application_tabs, reads_as_antenna
from committee.views.recusals import seats_to_recuse
from companies.models import Company
from companies.tabs import company_tabs
from conventions.money import EuroField
from territories.files import Column
from territories.forms import refuse
from territories.listing import listing
from territories.roles import coordinator_required, editable, file_reader_required, visible

# Never the private notes: a file leaves the antenna.
COLUMNS = [
    Column(gettext_lazy("Référence"), "reference"),
    Column(gettext_lazy("Entreprise"), "company.name"),
    Column(gettext_lazy("SIRET"), "company.siret"),
    Column(gettext_lazy("Projet"), "title"),
    Column(gettext_lazy("Convention"), "convention.reference"),
    Column(gettext_lazy("Enveloppe"), "get_envelope_display"),
    Column(gettext_lazy("Objet"), "get_purpose_display"),
    Column(gettext_lazy("État"), "get_status_display"),
    Column(gettext_lazy("Déposé le"), "received_on"),
    Column(gettext_lazy("Suivi par"), "assigned_to"),
    Column(gettext_lazy("Avance demandée (€)"), "requested_advance"),
    Column(gettext_lazy("Subvention demandée (€)"), "requested_grant"),
    Column(gettext_lazy("Journées demandées"), "requested_days"),
    Column(gettext_lazy("Emplois à créer"), "planned_jobs_created"),
    Column(gettext_lazy("Emplois à maintenir"), "planned_jobs_maintained"),
]


@file_reader_required
def application_list(request):
    money = F("requested_advance") + F("requested_grant")
    applications = (
        Application.objects.visible_to(request.user)
        .select_related("company", "convention", "assigned_to")
        .annotate(money=ExpressionWrapper(money, output_field=EuroField()))
    )
    filterset = ApplicationFilter(request.GET, applications, request=request)
    return listing(
        request,
        filterset,
        "committee/application_list.html",
        columns=COLUMNS,
        filename=filterset.named("dossiers"),
        complete=filterset.tell,
    )


def company_files(request, pk):
    """The files of a company, and all that its committee granted it."""
    company = visible(request.user, Company.objects.select_related("antenna"), pk=pk)
    files = (
        Application.objects.visible_to(request.user)
        .filter(company=company)
        .select_related("convention")
        .prefetch_related("decisions")
    )
    context = {
        "company": company,
        "tabs": company_tabs(company),
        "files": files,
        "granted": sum(file.approval.money for file in files if file.approval),
    }
    return render(request, "committee/company_files.html", context)


def application(request, pk):
    application = visible(request.user, _whole_files(), pk=pk)
    as_antenna = reads_as_antenna(request.user, application)
    undecided = application.is_open or application.status == Application.Status.SUBMITTED
    today = timezone.localdate()
    of_undertaking = standing(application, today)
    missing = application.missing() if application.is_open else []
    pieces = application.pieces() if as_antenna else []
    context = {
        "application": application,
        "tabs": application_tabs(application, request.user),
        "reads_as_antenna": as_antenna,
        "next_action": next_action(application, request.user, missing, pieces),
        "decision": application.latest_decision,
        "plan": Plan.of(application),
        "missing": missing,
        "findings": findings(application, today, of_undertaking) if undecided else [],
        "undecided": undecided,
        "pieces": pieces,
        "documents": Document.objects.visible_to(request.user)
        .filter(application=application)
        .select_related("application", "kind", "created_by"),
        "standing": of_undertaking,
        "recusals": recusals_of(application, today),
        "may_recuse": undecided and seats_to_recuse(request.user, application).exists(),
        "comments": comments_read_by(request.user).filter(application=application),
        "item_to_comment": item_to_comment(application, request.user),
    }
    if as_antenna:
        context |= for_the_antenna(application, request.user, undecided)
    return render(request, "committee/application.html", context)


def _whole_files():
    return Application.objects.select_related(
        "company__commune", "company__naf", "convention__antenna", "assigned_to", "expert"
    ).prefetch_related(
        "financing_lines",
        "planned_jobs",
        "requested_skills",
        "decisions__conditions",
        "decisions__committee",
        "recusals",
    )


def for_the_antenna(application, user, undecided):
    """What the committee does not read: other files under way, and the letters of the decision."""
    context = {}
    if undecided:
        context["others"] = others_under_way(application.company, user, apart_from=application)
    if decision := application.latest_decision:
        letters = list(decision.letters.unprinted())
        waits = letters and not letters[-1].sent_at
        context["letters"] = letters
        context["may_draft"] = not waits and user.may_edit(application.antenna)
    return context


def recusals_of(application, day):
    """(seat, why) of each member who steps aside from the file, among those who sit on `day`."""
    seats = Seat.objects.held_on(day).filter(committee__antenna=application.antenna)
    found = grounds(seats.select_related("employer"), application)
    return [(seat, why.label) for seat, why in found]


def next_action(application, user, missing, pieces):
    """(label, address) of the one obvious next step, or None for who may not take it."""
    if not user.may_edit(application.antenna):
        return None
    match application.status:
        case Application.Status.SUBMITTED:
            label, name = _("Saisir la décision"), "committee:decision_add"
        case Application.Status.APPROVED if application.approval.unmet_conditions:
            label, name = _("Lever les conditions"), "support:aid_list_of_application"
        case Application.Status.APPROVED:
            label, name = _("Saisir une visite"), "support:visit"
        case _status if not application.is_open:
            return None
        case _status if missing and len(missing) == sum(not brought for _kind, brought in pieces):
            label, name = _("Joindre les pièces"), "committee:document_add"
        case _status if missing:
            label, name = _("Compléter le dossier"), "committee:application_edit"
        case _status:
            label, name = _("Déposer le dossier"), "committee:application_submit"
    return label, reverse(name, args=[application.pk])


@coordinator_required
def application_add(request):
    company = None
    if (key := request.GET.get("entreprise", "")[:18]).isdecimal():
        company = Company.objects.visible_to(request.user).filter(pk=key).first()
    initial = {"company": company}
    if company and company.latest_figures:
        initial["baseline_headcount"] = company.latest_figures.headcount
    form = ApplicationForm(request.POST or None, initial=initial, user=request.user)
    if not form.fields["convention"].queryset.exists():
        messages.warning(
            request, _("Un dossier s’ouvre dans une convention signée : il n’y en a pas encore.")
        )
        return redirect("conventions:convention_list")
    return _save(request, form, _("Nouveau dossier"), reverse("committee:application_list"))


def application_edit(request, pk):
    application = editable(request.user, Application.objects, pk=pk)
    if not application.is_open:
        messages.warning(
            request,
            _("Ce dossier ne se modifie plus : il est « %(status)s ».")
            % {"status": application.get_status_display()},
        )
        return redirect(application)
    form = ApplicationForm(request.POST or None, instance=application, user=request.user)
    return _save(request, form, str(application), application.get_absolute_url())


def _save(request, form, title, back):
    if request.method == "POST" and form.is_valid():
        try:
            application = form.save()
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Le dossier est enregistré."))
            return redirect(application)
    context = {"form": form, "title": title, "back": back}
    if company := form.company_named:
        context["others"] = others_under_way(company, request.user, apart_from=form.instance)
    return render(request, "committee/application_form.html", context)


def application_history(request, pk):
    rows = Application.objects.select_related("company", "convention__antenna")
    application = visible(request.user, rows, pk=pk)
    as_antenna = reads_as_antenna(request.user, application)
    context = {
        "application": application,
        "tabs": application_tabs(application, request.user),
        "steps": application.steps.select_related("by"),
        "decisions": application.decisions.select_related("committee").prefetch_related(
            "conditions"
        ),
        "waivers": application.waivers.select_related("by"),
        "changes": changes(application, with_private_notes=as_antenna),
        "letters": Letter.objects.sent().unprinted().filter(decision__application=application)
        if as_antenna
        else [],
        "requests": application.completion_requests.select_related("sent_by") if as_antenna else [],
    }
    return render(request, "committee/application_history.html", context)
