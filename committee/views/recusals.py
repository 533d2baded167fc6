"""Stepping aside from a file."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from committee.forms import RecusalForm
from committee.models import Application, Seat
from committee.tabs import reads_as_antenna
from territories.forms import refuse
from territories.roles import visible


def seats_to_recuse(user, application):
    """Seats that `user` may declare for: their own, or any of the antenna for its coordinator."""
    seats = Seat.objects.held_on(timezone.localdate()).filter(
        committee__antenna=application.antenna
    )
    return seats if user.may_edit(application.antenna) else seats.filter(user=user)


def recusal_add(request, pk):
    rows = Application.objects.select_related("convention__antenna", "company")
    application = visible(request.user, rows, pk=pk)
    seats = seats_to_recuse(request.user, application)
    if not seats:
        raise PermissionDenied
    form = RecusalForm(request.POST or None, seats=seats)
    if request.method == "POST" and form.is_valid():
        try:
            application.recuse(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Le déport est enregistré."))
            stays = reads_as_antenna(request.user, application)
            return redirect(application if stays else "committee:application_list")
    context = {
        "form": form,
        "title": _("Déclarer un déport"),
        "intro": application,
        "warning": _("Qui se déporte ne voit plus le dossier, n’en parle pas et n’en décide pas."),
        "submit": _("Déclarer le déport"),
        "back": application.get_absolute_url(),
    }
    return render(request, "components/form_page.html", context)
