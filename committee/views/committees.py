"""Pages of the committees and of who sits in them."""

from django.contrib import messages
from django.db.models import Prefetch
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from committee.filters import CommitteeFilter
from committee.forms import CommitteeForm, SeatForm
from committee.models import Committee, Seat
from territories.files import Column
from territories.listing import listing
from territories.roles import coordinator_required, editable, reader_required, visible

COLUMNS = [
    Column(gettext_lazy("Nom"), "name"),
    Column(gettext_lazy("Antenne"), "antenna.name"),
    Column(gettext_lazy("Constitué le"), "since"),
    Column(gettext_lazy("Dissous le"), "until"),
    Column(gettext_lazy("Sièges pourvus"), "seats_today"),
    Column(gettext_lazy("Chefs d’entreprise majoritaires"), "has_business_majority_today"),
]


@reader_required
def committee_list(request):
    committees = (
        Committee.objects.visible_to(request.user)
        .select_related("antenna")
        .prefetch_related("seats")
    )
    return listing(
        request,
        CommitteeFilter(request.GET, committees, request=request),
        "committee/committee_list.html",
        columns=COLUMNS,
        filename="comites",
        may_add=request.user.may_edit_somewhere,
    )


def committee(request, pk):
    seats = Prefetch("seats", Seat.objects.select_related("employer", "user"))
    rows = Committee.objects.select_related("antenna").prefetch_related(seats)
    committee = visible(request.user, rows, pk=pk)
    today = timezone.localdate()
    held = committee.seats_on(today)
    context = {
        "committee": committee,
        "held": held,
        "warnings": committee.warnings_on(today),
        "others": [seat for seat in committee.seats.all() if seat not in held],
        "colleges": [
            (label, sum(seat.college == college for seat in held))
            for college, label in Seat.College.choices
        ],
    }
    return render(request, "committee/committee.html", context)


@coordinator_required
def committee_add(request):
    form = CommitteeForm(
        request.POST or None, user=request.user, initial={"since": timezone.localdate()}
    )
    return _save(request, form, _("Nouveau comité d’agrément"), reverse("committee:committee_list"))


def committee_edit(request, pk):
    committee = editable(request.user, Committee.objects, pk=pk)
    form = CommitteeForm(request.POST or None, instance=committee, user=request.user)
    return _save(request, form, committee.name, committee.get_absolute_url())


def seat_add(request, pk):
    committee = editable(request.user, Committee.objects, pk=pk)
    form = SeatForm(request.POST or None, committee=committee)
    return _save_seat(request, form, _("Nouveau siège"))


def seat_edit(request, pk):
    seat = editable(request.user, Seat.objects, pk=pk)
    form = SeatForm(request.POST or None, instance=seat, committee=seat.committee)
    return _save_seat(request, form, _("Siège de %(holder)s") % {"holder": seat.holder})


def _save(request, form, title, back):
    if request.method == "POST" and form.is_valid():
        committee = form.save()
        messages.success(request, _("Le comité est enregistré."))
        return redirect(committee)
    context = {"form": form, "title": title, "back": back}
    return render(request, "components/form_page.html", context)


def _save_seat(request, form, title):
    committee = form.instance.committee
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Le siège est enregistré."))
        return redirect(committee)
    context = {
        "form": form,
        "title": title,
        "intro": committee.name,
        "back": committee.get_absolute_url(),
    }
    return render(request, "components/form_page.html", context)
