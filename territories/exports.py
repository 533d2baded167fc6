"""A workbook of many rows is offered in its place: it is made apart (accounts/exports.py)."""

from django.core import signing
from django.shortcuts import render

SALT = "territories.exports"


def root_url(request):
    """The root of the site, also for a file made without a browser."""
    export = getattr(request, "export", None)
    return export.root_url if export else request.build_absolute_uri("/")


def offer_export(request, count, name):
    """In the place of a long workbook, the page that offers to make it apart."""
    order = {
        "address": request.get_full_path(),
        "name": name[:200],
        "total": count,
        "by": request.user.pk,
    }
    return render(
        request,
        "territories/export_offer.html",
        {"order": signing.dumps(order, salt=SALT), "count": count},
    )
