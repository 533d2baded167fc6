"""The lines of the register of de minimis aid, as the national one asks for them.

Source: Regulation (EU) 2023/2831, article 6(1): beneficiary, amount, date of the grant, granting
authority, aid instrument, sector (NAF is the national form of NACE); décret 2025-1361: unique
number, funder if different, regulation.
"""

from django.db.models import Case, ExpressionWrapper, F, OuterRef, Q, Subquery, When

from committee.de_minimis import ceiling_on
from committee.models import DeMinimisCeiling
from conventions.money import EuroField
from support.models import Aid, Declaration
from support.models.register import DELAY, SINCE


def register_of(aids, past=None):
    """Of these aids, those that are de minimis aid; adds `equivalent`, euros, and `declared_on`.

    With `past`, a day that is over: as the register stood at its end.
    """
    declared = Declaration.objects.standing().filter(aid=OuterRef("pk"))
    standing = Q(decision__annulled_on=None)
    if past:
        declared = declared.filter(declared_on__lte=past)
        aids = aids.filter(contract_on__lte=past)
        standing |= Q(decision__annulled_on__gt=past)
    of_the_advance = ExpressionWrapper(
        F("decision__grant_equivalent") - F("decision__grant"), output_field=EuroField()
    )
    return (
        aids.filter(standing, decision__grant_equivalent__gt=0)
        .annotate(
            equivalent=Case(
                When(instrument=Aid.Instrument.ADVANCE, then=of_the_advance),
                default=F("decision__grant"),
                output_field=EuroField(),
            ),
            declared_on=Subquery(declared.values("declared_on")[:1]),
            declaration=Subquery(declared.values("pk")[:1]),
            declared_as=Subquery(declared.values("reference")[:1]),
        )
        .filter(equivalent__gt=0)
        .select_related(
            "decision__application__company__commune",
            "decision__application__convention__antenna",
        )
        .prefetch_related("decision__application__convention__pledges__sponsor")
        .order_by("-decision__decided_on", "-pk")
    )


def to_declare(aids, past=None):
    """Those of the register that the law wants entered, and that nobody entered; oldest first."""
    waiting = register_of(aids, past).filter(declared_on=None, decision__decided_on__gte=SINCE)
    return waiting.order_by("decision__decided_on", "pk")


def complete(aids, on):
    """Adds what a line tells beside its columns: regulation, funders, last day, lateness."""
    ceilings = list(DeMinimisCeiling.objects.all())
    for aid in aids:
        granted_on = aid.decision.decided_on
        ceiling = ceiling_on(ceilings, granted_on)
        aid.regulation = ceiling.regulation if ceiling else ""
        aid.granting_body = aid.antenna.host or str(aid.antenna)
        aid.funders = ", ".join(sorted(_public_funders(aid.convention, granted_on)))
        aid.must_be_declared = granted_on >= SINCE
        aid.declare_by = granted_on + DELAY if aid.must_be_declared else None
        waits = aid.must_be_declared and not aid.declared_on
        aid.is_overdue = waits and aid.declare_by < on
        aid.waits = waits


def _public_funders(convention, on):
    """Names of those whose public money the convention held on a day."""
    return {
        pledge.sponsor.name
        for pledge in convention.pledges.all()
        if pledge.origin == pledge.Origin.PUBLIC
        and pledge.amount
        and pledge.pledged_on <= on
        and not (pledge.withdrawn_on and pledge.withdrawn_on <= on)
    }
