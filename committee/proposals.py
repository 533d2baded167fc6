"""What the antenna proposes for the files of one session: all of it, or nothing."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from conventions.models import Envelope
from conventions.money import in_euros


class ProposalsRefused(ValidationError):
    """`refusals` tells why, by key of each file whose proposal breaks a rule."""

    def __init__(self, refusals):
        super().__init__(_("Rien n’est enregistré : corrigez les lignes signalées."), "refused")
        self.refusals = refusals


@transaction.atomic
def propose_all(convention, proposals, *, on):
    """Keep the proposals for files of `convention`: (file, its `Amounts`) pairs.

    ProposalsRefused names the files whose proposal breaks a rule; ValidationError, `overdrawn`,
    when the files that wait would together take more euros than their envelope holds on `on`.
    """
    list(_waiting(convention).select_for_update().order_by("pk").values_list("pk"))
    refusals = {}
    for application, amounts in proposals:
        try:
            application.propose(**amounts._asdict(), on=on)
        except ValidationError as error:
            refusals[application.pk] = error
    if refusals:
        raise ProposalsRefused(refusals)
    _refuse_beyond_envelopes(convention, on)


@transaction.atomic
def forget_all(convention):
    """Take back every proposal that waits for the committee."""
    for application in _waiting(convention).exclude(proposed_advance=None):
        application.forget_proposal()


def _waiting(convention):
    return convention.applications.awaiting_committee()


def _refuse_beyond_envelopes(convention, on):
    sums = _waiting(convention).order_by().values_list("envelope")
    sums = sums.annotate(Sum("proposed_advance", default=0), Sum("proposed_grant", default=0))
    for envelope, advance, grant in sums:
        left = convention.available(envelope, on)
        if advance + grant > left:
            raise ValidationError(
                _(
                    "Rien n’est enregistré : ces propositions prennent %(money)s,"
                    " il reste %(left)s dans « %(envelope)s »."
                ),
                code="overdrawn",
                params={
                    "money": in_euros(advance + grant),
                    "left": in_euros(left),
                    "envelope": Envelope(envelope).label,
                },
            )
