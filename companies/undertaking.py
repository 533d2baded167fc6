"""The single undertaking: the companies that public aid counts together.

Source: Regulation (EU) 2023/2831, article 2(2). Here: rows of one SIREN or of one group, whatever
the antenna that follows them. Who does not see them all is shown sums, and no name.
"""

from django.db.models import Q

from territories.search import SEPARATOR, fold


class UndertakingMixin:
    """For the queryset of companies."""

    def of_undertaking(self, *companies):
        """Every row tied to `companies` by a SIREN or by a group's name, step by step; they too."""
        sirens = {company.siren for company in companies}
        groups, known = {fold(company.group_name) for company in companies}, 0
        while known < len(sirens) + len(groups):
            known = len(sirens) + len(groups)
            tied = Q(siren__in=sirens)
            for group in groups - {""}:
                # The name of the group ends what is searched.
                tied |= Q(search__endswith=SEPARATOR + group)
            for siren, group in self.filter(tied).values_list("siren", "group_name"):
                sirens.add(siren)
                groups.add(fold(group))
        return self.filter(siren__in=sirens)


def sirens_tied_to(company, rows):
    """The SIRENs of one undertaking, among `rows`: (SIREN, group's name) of several of them."""
    sirens, groups, known = {company.siren}, {fold(company.group_name)}, 0
    while known < len(sirens) + len(groups):
        known = len(sirens) + len(groups)
        for siren, group in rows:
            if siren in sirens or fold(group) in groups - {""}:
                sirens.add(siren)
                groups.add(fold(group))
    return sirens
