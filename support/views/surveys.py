"""The questionnaire of a campaign, as a company head fills it in, without an account."""

from allauth.core.ratelimit import consume
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from support.campaign_forms import AnswerForm
from support.links import open_address
from support.models import Survey
from support.views.links import busy, private


@login_not_required
@never_cache
def survey_answer(request, token):
    rows = Survey.objects.select_related("application__company", "campaign__antenna", "contact")
    survey = open_address(rows, token)
    if survey is None:
        return private(render(request, "support/link_over.html", status=410))
    if not consume(request, action="personal_link", key=f"survey-{survey.pk}"):
        return busy(request)
    if not survey.may_be_answered:
        return private(render(request, "support/survey_done.html", {"survey": survey}))
    sent = request.method == "POST"
    form = AnswerForm(
        request.POST if sent else None, request.FILES if sent else None, survey=survey
    )
    if sent and form.is_valid() and form.record():
        messages.success(request, _("Merci : votre réponse est enregistrée."))
        return private(redirect(request.path))
    context = {"survey": survey, "form": form}
    return private(render(request, "support/survey_answer.html", context))
