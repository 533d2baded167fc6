"""Suggestions for look-up fields, as one types."""

from companies.models import Company, NafCode
from territories.listing import suggestions
from territories.roles import reader_required


@reader_required
def naf_options(request):
    return suggestions(request, NafCode.objects.sub_classes().visible_to(request.user))


@reader_required
def company_options(request):
    return suggestions(request, Company.objects.visible_to(request.user))
