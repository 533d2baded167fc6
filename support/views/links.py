"""Pages of who has no account, opened by a personal link; and how a coordinator sends one."""

from allauth.core.ratelimit import consume
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from conventions.money import total
from support.link_forms import CertifyByLinkForm, FeedbackForm, LogForm, SendLinkForm
from support.links import open_link, send_link
from support.models import Mission, PersonalLink
from support.views.files import one_form
from territories.forms import refuse
from territories.roles import editable


@login_not_required
@never_cache
def personal_link(request, token):
    """What the link is for; one page, without a way further in."""
    link = open_link(token)
    if link is None:
        return private(render(request, "support/link_over.html", status=410))
    if not consume(request, action="personal_link", key=str(link.pk)):
        return busy(request)
    pages = {
        PersonalLink.Purpose.LOG: _log,
        PersonalLink.Purpose.CERTIFY: _certify,
        PersonalLink.Purpose.FEEDBACK: _feedback,
    }
    return private(pages[link.purpose](request, link))


def busy(request):
    """Told to slow down: who has no account is told nothing of passwords."""
    return private(render(request, "support/link_busy.html", status=429))


def private(response):
    """The address is a key: it is told to no other site, nor kept by a search engine.

    Not « no-referrer »: browsers then send forms without their origin, which are refused.
    """
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    return response


def _log(request, link):
    mission = link.mission
    form = LogForm(request.POST or None)
    if request.method == "POST" and request.POST.get("strike", "").isdecimal():
        return _strike(request, link)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            mission.log(
                typed["days"],
                on=typed["done_on"],
                expert=link.expert,
                note=typed["note"],
                key=typed["key"],
            )
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("C’est noté, merci."))
            return redirect(request.path)
    days = mission.skill_days.standing().filter(expert=link.expert).order_by("-done_on", "-pk")
    context = {
        "link": link,
        "mission": mission,
        "form": form,
        "days": days,
        "sum": total(days, "days"),
    }
    return render(request, "support/link_log.html", context)


def _strike(request, link):
    """A day that the expert logged by mistake, as long as the company has not certified it."""
    mine = link.mission.skill_days.standing().filter(
        expert=link.expert, certified_on=None, key__isnull=False
    )
    for skill_day in mine.filter(pk=request.POST["strike"]):
        skill_day.strike(reason=_("Retirée par l’intervenant"))
        messages.success(request, _("La journée est retirée."))
    return redirect(request.path)


def _certify(request, link):
    form = CertifyByLinkForm(request.POST or None, link=link)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            link.mission.certify(typed["days"], on=timezone.localdate(), by=typed["by"])
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Merci : les journées sont certifiées."))
            return redirect(request.path)
    days = link.mission.skill_days.standing().certified().select_related("expert")
    context = {"link": link, "mission": link.mission, "form": form, "certified": days}
    return render(request, "support/link_certify.html", context)


def _feedback(request, link):
    form = FeedbackForm(request.POST or None, link=link)
    given = link.mission.feedbacks.filter(side=form.answer.side).first()
    if not given and request.method == "POST" and form.is_valid():
        for name, value in form.cleaned_data.items():
            setattr(form.answer, name, value)
        try:
            form.answer.full_clean()
            form.answer.save()
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Merci pour votre avis."))
            return redirect(request.path)
    context = {"link": link, "mission": link.mission, "form": form, "given": given}
    return render(request, "support/link_feedback.html", context)


# For the coordinator


def link_send(request, pk):
    mission = editable(request.user, Mission.objects, pk=pk)
    form = SendLinkForm(request.POST or None, mission=mission)
    warning = ""
    if form.without_address:
        names = ", ".join(dict.fromkeys(map(str, form.without_address)))
        warning = _("Sans adresse électronique : %(names)s.") % {"names": names}

    def send(link):
        purpose, person = form.chosen
        root_url = request.build_absolute_uri("/")
        return send_link(mission, purpose, person, root_url=root_url, by=request.user)

    return one_form(
        request,
        form,
        send,
        done=lambda link: (
            _("Lien envoyé à %(who)s (%(where)s).") % {"who": link.person, "where": link.sent_to}
        ),
        back=mission.get_absolute_url(),
        title=_("Envoyer un lien personnel"),
        intro=_(
            "%(mission)s. Le lien ouvre une seule page, sans compte. L’envoyer de nouveau remplace"
            " l’ancien."
        )
        % {"mission": mission},
        warning=warning,
        submit=_("Envoyer"),
    )


def link_revoke(request, pk):
    """Its button is on the page of the mission."""
    link = editable(request.user, PersonalLink.objects.select_related("mission"), pk=pk)
    if request.method == "POST":
        link.revoke()
        messages.success(request, _("Le lien ne sert plus."))
    return redirect(link.mission)
