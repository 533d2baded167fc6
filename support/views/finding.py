"""Finding an expert for a file: the ranked list, asking one, noting the answer."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from companies.models import Expert
from support.finding_filters import FindingFilter
from support.finding_forms import SolicitationAnswerForm, SolicitForm
from support.models import Solicitation
from support.solicitations import OVER, solicit
from support.views.files import followed, followed_to_edit, one_form, render_tab
from territories.exports import root_url
from territories.files import Column, Link, csv_response, xlsx_response
from territories.listing import PER_PAGE, asked_format
from territories.roles import editable

COLUMNS = [
    Column(gettext_lazy("Intervenant"), "candidate.name"),
    Column(gettext_lazy("Apporteur"), "candidate.sponsor"),
    Column(gettext_lazy("Pourquoi"), "why"),
    Column(gettext_lazy("Dernière sollicitation"), "candidate.last_asked_on"),
]
LIST = "support:mission_list_of_application"


def expert_find(request, pk):
    application = followed(request.user, pk)
    experts = Expert.objects.serving(application.antenna)
    filterset = FindingFilter(request.GET, experts, request=request, application=application)
    need = filterset.need()
    proposed, apart = filterset.found(need)
    shown = apart if filterset.shows_apart else proposed
    columns = [*COLUMNS, Link(root_url(request), "candidate.get_absolute_url")]
    name = f"intervenants-{application.reference}"
    match asked_format(request, filterset):
        case "csv":
            return csv_response([shown], columns, name)
        case "xlsx":
            return xlsx_response([shown], columns, name)
    return render_tab(
        request,
        "support/expert_find.html",
        application,
        filter=filterset,
        need=need,
        page=Paginator(shown, PER_PAGE).get_page(request.GET.get("page")),
        apart=len(apart),
        solicitations=application.solicitations.select_related("expert__sponsor", "asked_by"),
        served=set(application.missions.values_list("expert", flat=True)),
        may_solicit=request.user.may_edit(application.antenna) and application.status not in OVER,
        here=reverse(LIST, args=[pk]),
    )


def expert_solicit(request, pk):
    application = followed_to_edit(request.user, pk)
    back = reverse("support:expert_find", args=[pk])
    expert = _asked_for(request, application)
    if expert is None or application.status in OVER:
        messages.warning(request, _("Choisissez un intervenant dans la liste."))
        return redirect(back)
    form = SolicitForm(
        request.POST or None,
        application=application,
        expert=expert,
        by=request.user,
        needed_on=request.GET.get("on"),
    )
    spoken = {
        "submit": _("Noter la demande"),
        "warning": _(
            "On ne connaît pas son adresse électronique : appelez, puis notez ici la demande."
        ),
    }
    return one_form(
        request,
        form,
        lambda **typed: solicit(application, expert, by=request.user, **typed),
        done=_told,
        back=back,
        title=_("Solliciter %(expert)s") % {"expert": expert},
        intro=application,
        **({"submit": _("Envoyer")} if expert.email else spoken),
    )


def _asked_for(request, application):
    """The expert of the antenna whom the address names, or None."""
    key = request.GET.get("intervenant", "")
    experts = Expert.objects.serving(application.antenna)
    return experts.filter(pk=key).first() if key.isdecimal() and len(key) < 19 else None


def _told(solicitation):
    if solicitation.sent_to:
        return _("Message envoyé à %(email)s.") % {"email": solicitation.sent_to}
    return _("La demande est notée.")


def solicitation_answer(request, pk):
    rows = Solicitation.objects.select_related("expert", "application__convention__antenna")
    solicitation = editable(request.user, rows, pk=pk)
    initial = {"answer": solicitation.answer, "note": solicitation.note}
    if solicitation.answered_on:
        initial["answered_on"] = solicitation.answered_on
    return one_form(
        request,
        SolicitationAnswerForm(request.POST or None, initial=initial),
        lambda answer, answered_on, note: solicitation.record(answer, on=answered_on, note=note),
        done=_("La réponse est notée."),
        back=solicitation.get_absolute_url(),
        title=_("Réponse de %(expert)s") % {"expert": solicitation.expert},
        intro=solicitation.application,
    )
