"""What the network did since its origin, with the meaning of each figure beside it."""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from reports.network.columns import INDICATORS, RowsPages
from reports.network.picture import Network

DEFINITIONS = {
    "companies_supported": _(
        "Entreprises dont un dossier est accordé, chacune comptée une fois dans son antenne."
    ),
    "applications_approved": _("Dossiers dont l’accord du comité tient à cette date."),
    "jobs_promised": _(
        "Emplois à créer ou à maintenir annoncés par les entreprises, dans les dossiers déposés."
    ),
    "jobs_validated": _(
        "Emplois à créer ou à maintenir que les comités ont retenus ; ce sont les emplois facilités"
        " que le réseau publiait en 2011."
    ),
    "validated_per_project": _("Emplois validés, divisés par les dossiers accordés."),
    "jobs_created": _("Emplois créés constatés par l’antenne, et toujours là à cette date."),
    "jobs_verified": _("Parmi les emplois créés, ceux que quelqu’un a vérifiés."),
    "jobs_maintained": _("Emplois maintenus constatés ; ils ne s’ajoutent pas aux emplois créés."),
    "aid_committed": _("Accordé par les comités, moins ce qui a été désengagé."),
    "aid_disbursed": _("Versé aux entreprises : avances et subventions."),
    "aid_outstanding": _("Avances versées, ni remboursées ni passées en perte."),
    "skill_days_delivered": _("Journées données par les intervenants."),
    "skill_days_certified": _("Parmi elles, celles que l’entreprise a certifiées."),
}
TENTHS = "tenths"  # how a number of jobs for each file is written
KINDS = {"validated_per_project": TENTHS}
LABELS = {"validated_per_project": _("Emplois validés par dossier accordé")}


class Total(NamedTuple):
    """A figure since the origin, that of a year before, what it means, and where its rows are."""

    key: str
    label: str
    definition: str
    kind: str
    now: object
    before: object
    url: str | None


def totals(network: Network) -> list[Total]:
    """Each figure on its own line: none is the sum of others."""
    pages = RowsPages(network)
    found = []
    for key, definition in DEFINITIONS.items():
        indicator = INDICATORS.get(key)
        found.append(
            Total(
                key=key,
                label=indicator.label if indicator else LABELS[key],
                definition=definition,
                kind=indicator.kind if indicator else KINDS[key],
                now=getattr(network.total, key),
                before=getattr(network.total_before, key),
                url=pages.of(key),
            )
        )
    return found
