"""The first page: what awaits this person, by role."""

from django.shortcuts import render
from django.utils import timezone

from accounts.models import Role
from alize.member import MemberHome
from companies.models import Lead
from conventions.models import Convention
from reports.dashboard import FEW, OF_AN_AID, Dashboard
from support.models import PaymentOrder
from territories.listing import first
from territories.models import Antenna


def home(request):
    """Each role adds its part; a person who has several reads them one below the other."""
    user, today = request.user, timezone.localdate()
    context = {"dashboards": [Dashboard(antenna, today) for antenna in user.antennas]}
    if user.holds(Role.MEMBER):
        context["member"] = MemberHome(user)
    if user.holds(Role.FUNDER):
        context["funded"] = user.readable_conventions.with_end(today).select_related("antenna")
    if user.is_national:
        running = (
            Convention.objects.running_on(today).with_balance().order_by("ends_on", "reference")
        )
        running = running.select_related("antenna").prefetch_related("terms")
        context |= {
            "antennas": Antenna.objects.all(),
            "running": [(each, each.time_elapsed(today)) for each in running],
            "to_approve": _to_approve(user),
            "leads": first(Lead.objects.waiting().unattended().select_related("antenna"), FEW),
        }
    return render(request, "alize/home.html", context)


def _to_approve(user):
    """Payments of every antenna that wait for a second person, the oldest first: not one's own."""
    orders = PaymentOrder.objects.visible_to(user).waiting().exclude(created_by=user)
    antenna = "aid__decision__application__convention__antenna"
    return first(orders.select_related(*OF_AN_AID, antenna, "created_by"), FEW)
