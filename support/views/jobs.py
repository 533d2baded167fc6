"""Pages of the jobs of a file."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from support.forms import JobCorrectForm
from support.models import Job
from support.views.files import followed, render_tab
from territories.forms import refuse
from territories.roles import editable


def job_list_of_application(request, pk):
    application = followed(request.user, pk)
    counting = application.jobs.counting_on(timezone.localdate())
    return render_tab(
        request,
        "support/job_list_of_application.html",
        application,
        approval=application.approval,
        jobs=application.jobs.select_related("correction", "created_by", "struck_by"),
        created=counting.created().count(),
        maintained=counting.maintained().count(),
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
