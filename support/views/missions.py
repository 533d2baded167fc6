"""Pages of the missions and of their days."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from companies.models import Expert
from companies.tabs import expert_tabs
from support.days import days_of
from support.filters import MissionFilter
from support.forms import CertifyForm, MissionForm
from support.models import Mission
from support.views.files import followed, followed_to_edit, not_approved, render_tab
from territories.files import Column
from territories.forms import refuse
from territories.listing import listing
from territories.roles import editable, reader_required, visible

COLUMNS = [
    Column(gettext_lazy("Mission"), "subject"),
    Column(gettext_lazy("Entreprise"), "application.company.name"),
    Column(gettext_lazy("Dossier"), "application.reference"),
    Column(gettext_lazy("Antenne"), "antenna.name"),
    Column(gettext_lazy("Intervenant"), "expert"),
    Column(gettext_lazy("Apporteur"), "expert.sponsor.name"),
    Column(gettext_lazy("Début"), "starts_on"),
    Column(gettext_lazy("Fin"), "ends_on"),
    Column(gettext_lazy("État"), "get_state_display"),
    Column(gettext_lazy("Journées prévues"), "days"),
    Column(gettext_lazy("Journées données"), "delivered"),
    Column(gettext_lazy("Journées certifiées"), "certified"),
]
LIST = "support:mission_list_of_application"
LINKS = ("application__company", "application__convention__antenna", "expert__sponsor")


@reader_required
def mission_list(request):
    missions = (
        Mission.objects.visible_to(request.user)
        .select_related(*LINKS)
        .order_by("-starts_on", "-pk")
    )
    filterset = MissionFilter(request.GET, missions, request=request)
    return listing(
        request,
        filterset,
        "support/mission_list.html",
        columns=COLUMNS,
        filename=filterset.named("missions"),
    )


def expert_missions(request, pk):
    """The missions of an expert that one reads."""
    expert = visible(request.user, Expert.objects.select_related("sponsor"), pk=pk)
    missions = Mission.objects.visible_to(request.user).of_expert(expert).with_days()
    missions = missions.with_state(timezone.localdate()).select_related(*LINKS)
    context = {
        "expert": expert,
        "tabs": expert_tabs(expert),
        "missions": missions.order_by("-starts_on", "-pk"),
    }
    return render(request, "support/expert_missions.html", context)


def mission_list_of_application(request, pk):
    application = followed(request.user, pk)
    return render_tab(
        request,
        "support/mission_list_of_application.html",
        application,
        days=days_of(application),
        missions=application.missions.with_days()
        .with_state(timezone.localdate())
        .select_related("expert__sponsor")
        .order_by("-starts_on"),
    )


def mission_add(request, pk):
    application = followed_to_edit(request.user, pk)
    if application.approval is None:
        return not_approved(request, application)
    form = MissionForm(
        request.POST or None,
        instance=Mission(application=application),
        initial={"expert": request.GET.get("intervenant")},
    )
    if not form.fields["expert"].queryset.exists():
        messages.warning(
            request,
            _("Aucun intervenant disponible ne sert cette antenne : ajoutez-en un d’abord."),
        )
        return redirect("companies:expert_add")
    back = reverse(LIST, args=[application.pk])
    return _save(request, form, _("Nouvelle mission"), back)


def mission(request, pk):
    today = timezone.localdate()
    missions = Mission.objects.with_days().with_state(today).select_related(*LINKS)
    missions = missions.prefetch_related("skill_days", "others__sponsor", "pauses", "feedbacks")
    mission = visible(request.user, missions, pk=pk)
    days = mission.skill_days.select_related("struck_by", "expert").order_by("-done_on", "-pk")
    return render_tab(
        request,
        "support/mission.html",
        mission.application,
        mission=mission,
        days=days,
        may_stop=mission.starts_on <= today <= mission.ends_on,
        links=mission.links.select_related("expert", "contact", "sent_by"),
        here=reverse(LIST, args=[mission.application_id]),
    )


def mission_edit(request, pk):
    mission = editable(request.user, Mission.objects, pk=pk)
    form = MissionForm(request.POST or None, instance=mission)
    return _save(request, form, _("Modifier la mission"), mission.get_absolute_url())


def _save(request, form, title, back):
    application = form.instance.application
    if request.method == "POST" and form.is_valid():
        mission = form.save()
        messages.success(request, _("La mission est enregistrée."))
        return redirect(mission)
    context = {"form": form, "title": title, "intro": application, "back": back}
    return render(request, "components/form_page.html", context)


def skill_day_certify(request, pk):
    mission = editable(request.user, Mission.objects.select_related("expert"), pk=pk)
    form = CertifyForm(request.POST or None, mission=mission)
    if not form.fields["days"].queryset:
        messages.warning(request, _("Cette mission n’a aucune journée à certifier."))
        return redirect(mission)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            mission.certify(
                data["days"], on=data["certified_on"], by=data["certified_by"], note=data["note"]
            )
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Les journées sont certifiées."))
            return redirect(mission)
    context = {
        "form": form,
        "title": _("Certifier des journées"),
        "intro": mission,
        "submit": _("Certifier"),
        "back": mission.get_absolute_url(),
    }
    return render(request, "components/form_page.html", context)
