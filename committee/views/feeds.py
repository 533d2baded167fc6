"""The calendar that a person follows: its secret address, and what is read there."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from committee.calendar import feed_of
from committee.models import CalendarFeed
from territories.roles import file_reader_required


@file_reader_required
@require_safe
def calendar(request):
    feed = CalendarFeed.objects.visible_to(request.user).first()
    return render(request, "committee/calendar.html", {"feed": feed})


@file_reader_required
@require_POST
def calendar_renew(request):
    """Make the address when there is none; else another one, and the old one is forgotten."""
    is_first = not CalendarFeed.objects.visible_to(request.user).exists()
    CalendarFeed.renew(request.user)
    done = (
        _("Votre adresse est prête : ajoutez-la à votre agenda.")
        if is_first
        else _("Votre adresse a changé : l’ancienne ne répond plus, ajoutez la nouvelle.")
    )
    messages.success(request, done)
    return redirect("committee:calendar")


@login_not_required
@require_safe
@never_cache
def calendar_feed(request, token):
    """Read by the calendars themselves, which sign in nowhere: the address is the key."""
    feeds = CalendarFeed.objects.filter(user__is_active=True).select_related("user")
    feed = get_object_or_404(feeds, token=token)
    with override(feed.user.language):
        content = feed_of(feed.user, request.build_absolute_uri("/"))
    return HttpResponse(content, content_type="text/calendar; charset=utf-8")
