"""What happens to a mission: its agreement, a pause, a stop, its report."""

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from committee.views.documents import serve
from support.agreement import agreement_pdf
from support.forms import ReasonForm, ReportForm, SignedAgreementForm
from support.models import Mission
from support.money_forms import DayForm
from support.views.files import one_form
from territories.roles import editable, visible
from territories.typeset import pdf_response


@require_safe
def mission_agreement(request, pk):
    """As it would be signed today."""
    missions = Mission.objects.select_related(
        "application__company", "application__convention__antenna", "expert__sponsor"
    )
    mission = visible(request.user, missions, pk=pk)
    content = agreement_pdf(mission, at=timezone.now())
    return pdf_response(content, f"convention-mission-{mission.application.reference}")


def mission_signed_copy_add(request, pk):
    mission = editable(request.user, Mission.objects, pk=pk)
    sent = request.method == "POST"
    initial = {"on": mission.signed_on} if mission.signed_on else None
    return one_form(
        request,
        SignedAgreementForm(
            request.POST if sent else None, request.FILES if sent else None, initial=initial
        ),
        mission.file_signed_copy,
        done=_("La convention signée est jointe."),
        back=mission.get_absolute_url(),
        title=_("Joindre la convention signée"),
        intro=mission,
        submit=_("Joindre"),
    )


@require_safe
@never_cache
def mission_signed_copy(request, pk):
    """As it was given."""
    mission = visible(request.user, Mission.objects, pk=pk)
    if not mission.signed_copy:
        raise Http404
    return serve(mission.signed_copy, mission.signed_copy_name)


def mission_pause(request, pk):
    return _step(
        request,
        pk,
        ReasonForm,
        lambda mission, on, reason: mission.pause(on=on, reason=reason, by=request.user),
        title=_("Mettre la mission en pause"),
        done=_("La mission est en pause."),
        submit=_("Mettre en pause"),
    )


def mission_resume(request, pk):
    return _step(
        request,
        pk,
        DayForm,
        Mission.resume,
        title=_("Reprendre la mission"),
        done=_("La mission reprend."),
        submit=_("Reprendre"),
    )


def mission_stop(request, pk):
    return _step(
        request,
        pk,
        ReasonForm,
        Mission.stop,
        title=_("Arrêter la mission"),
        done=_("La mission est arrêtée."),
        warning=_("Ce qui n’a pas été donné ne le sera plus : une mission arrêtée ne reprend pas."),
        danger=True,
        submit=_("Arrêter la mission"),
    )


def mission_report(request, pk):
    mission = editable(request.user, Mission.objects, pk=pk)
    initial = {"text": mission.report}
    if mission.reported_on:
        initial["on"] = mission.reported_on
    return one_form(
        request,
        ReportForm(request.POST or None, initial=initial),
        mission.write_report,
        done=_("Le compte rendu est enregistré."),
        back=mission.get_absolute_url(),
        title=_("Compte rendu de la mission"),
        intro=mission,
    )


def _step(request, pk, form_class, verb, **texts):
    mission = editable(request.user, Mission.objects, pk=pk)
    return one_form(
        request,
        form_class(request.POST or None),
        lambda **typed: verb(mission, **typed),
        back=mission.get_absolute_url(),
        intro=mission,
        **texts,
    )
