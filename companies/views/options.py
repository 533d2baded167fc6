"""Suggestions for look-up fields, as one types."""

from companies.models import Company, NafCode
from territories.listing import suggestions


def naf_options(request):
    return suggestions(request, NafCode.objects.sub_classes().visible_to(request.user))


def company_options(request):
    return suggestions(request, Company.objects.visible_to(request.user))
