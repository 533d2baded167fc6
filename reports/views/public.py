"""The page that anybody reads: what the network did, where, and how to ask for help."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers, patch_cache_control
from django.views.decorators.http import require_safe

from reports.network.picture import Network
from reports.network.places import map_of, places
from reports.network.sponsors import Involvement
from reports.network.totals import totals

HOUR = 3600  # seconds during which a cache may answer in our place
SHOWN = [
    "companies_supported",
    "jobs_promised",
    "jobs_validated",
    "jobs_created",
    "jobs_maintained",
    "aid_disbursed",
    "skill_days_delivered",
]


@login_not_required
@require_safe
def public_figures(request):
    """Figures of today, the same for every stranger: no cookie is set, and caches may keep it."""
    language = request.GET.get("langue")
    if language not in dict(settings.LANGUAGES):
        language = translation.get_language()
    with translation.override(language):
        response = render(request, "reports/public.html", _context())
    if request.user.is_authenticated:
        add_never_cache_headers(response)
    else:
        patch_cache_control(response, public=True, max_age=HOUR)
    response.headers["Content-Language"] = language
    return response


def _context():
    network = Network(timezone.localdate())
    where = places(network)
    return {
        "network": network,
        "totals": [each for each in totals(network) if each.key in SHOWN],
        "places": where,
        "map": map_of(where),
        "involvement": Involvement(network),
    }
