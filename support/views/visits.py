"""The fast entry after a visit: days, jobs and a payment on one page."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from support.days import days_of
from support.views.files import followed_to_edit, not_approved, render_tab
from support.visit_forms import VisitPage


def visit(request, pk):
    application = followed_to_edit(request.user, pk)
    if application.approval is None:
        return not_approved(request, application)
    page = VisitPage(application, request.POST or None)
    if request.method == "POST" and page.save(by=request.user):
        messages.success(
            request,
            _("La visite est enregistrée (%(summary)s).") % {"summary": ", ".join(page.summary())},
        )
        for warning in days_of(application).warnings:
            messages.warning(request, warning)
        return redirect(application)
    return render_tab(request, "support/visit.html", application, page=page)
