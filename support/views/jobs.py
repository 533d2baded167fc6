"""Pages of the jobs of a file."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from committee.views.documents import serve
from support.job_facts import why_not_counting
from support.job_forms import EvidenceForm, JobCorrectForm, VerifyForm
from support.models import Job
from support.views.files import followed, followed_to_edit, one_form, render_tab
from territories.filters import AsOfForm
from territories.forms import refuse
from territories.roles import editable, visible


def job_list_of_application(request, pk):
    application, form = followed(request.user, pk), AsOfForm(request.GET)
    counting = application.jobs.counting_on(form.day)
    verified = counting.verified_on(form.day)
    observed = application.jobs.filter(observed_on__lte=form.day)
    jobs = list(observed.select_related("correction", "created_by", "struck_by"))
    for job in jobs:
        if job.verified_on and job.verified_on > form.day:
            job.verified_on = None  # not to be saved
    why = why_not_counting(application.jobs.all(), form.day)
    return render_tab(
        request,
        "support/job_list_of_application.html",
        application,
        form=form,
        approval=application.approval_on(form.day),
        jobs=jobs,
        judged=[(job, why[job.pk]) for job in jobs],
        without_file=any(not job.struck_at and not job.evidence_file for job in jobs),
        created=counting.created().count(),
        maintained=counting.maintained().count(),
        verified_created=verified.created().count(),
        verified_maintained=verified.maintained().count(),
    )


@require_safe
@never_cache
def job_evidence(request, pk):
    """The document itself, for the antenna alone: it may name people."""
    job = visible(request.user, Job.objects, pk=pk)
    followed(request.user, job.application_id)
    if not job.evidence_file:
        raise Http404
    return serve(job.evidence_file, job.evidence_name)


def evidence_add(request, pk):
    """One document for several jobs of a file: an extract of a register proves them all."""
    application = followed_to_edit(request.user, pk)
    back = reverse("support:job_list_of_application", args=[pk])
    without = application.jobs.standing().filter(evidence_file="")
    if not without.exists():
        messages.info(request, _("Tous les emplois constatés ont déjà un fichier."))
        return redirect(back)
    sent = request.method == "POST"
    form = EvidenceForm(
        request.POST if sent else None, request.FILES if sent else None, jobs=without
    )
    return one_form(
        request,
        form,
        Job.attach,
        done=_("Le justificatif est joint."),
        back=back,
        title=_("Joindre un justificatif d’emploi"),
        intro=application,
        warning=_("Effacez ou masquez les noms des salariés : l’antenne seule ouvre ce fichier."),
        submit=_("Joindre"),
    )


def job_verify(request, pk):
    job = editable(request.user, Job.objects, pk=pk)
    return one_form(
        request,
        VerifyForm(request.POST or None),
        partial(job.verify, by=request.user),
        done=_("L’emploi est vérifié."),
        back=job.get_absolute_url(),
        title=_("Vérifier un emploi"),
        intro=f"{job} – {job.application}",
        warning=_("Ne saisissez jamais le nom d’un salarié."),
        submit=_("Vérifier"),
    )


def job_correct(request, pk):
    job = editable(request.user, Job.objects, pk=pk)
    form = JobCorrectForm(request.POST or None, job=job)
    if request.method == "POST" and form.is_valid():
        try:
            job.correct(**form.cleaned_data, by=request.user)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("L’emploi est corrigé ; l’ancienne ligne reste visible."))
            return redirect(job)
    context = {
        "form": form,
        "title": _("Corriger un emploi"),
        "intro": f"{job} – {job.application}",
        "warning": _("Ne saisissez jamais le nom d’un salarié."),
        "submit": _("Corriger"),
        "back": job.get_absolute_url(),
    }
    return render(request, "components/form_page.html", context)
