"""The figures of an evaluation: their names, and how far they are from a target.

Definitions: docs/indicators.md. Pure: no database, and no arithmetic left to a page.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

HUNDREDTH, TEN_THOUSANDTH = Decimal("0.01"), Decimal("0.0001")

LABELS = {
    "aid_committed": _("Aide engagée"),
    "aid_committed_difficulty": _("dont entreprises en difficulté"),
    "aid_disbursed": _("Aide débloquée"),
    "advances_disbursed": _("dont avances"),
    "aid_repaid": _("Aide remboursée"),
    "aid_recovered": _("dont récupérée après une perte"),
    "aid_written_off": _("Avances passées en perte"),
    "aid_outstanding": _("Avances restant dues"),
    "aid_late": _("dont en retard"),
    "advances_late": _("Nombre d’avances en retard"),
    "fees": _("Frais de gestion"),
    "refilled": _("Remboursements entrés au journal"),
    "carried_over": _("Reports entre conventions"),
    "balance": _("Solde disponible"),
    "balance_difficulty": _("dont entreprises en difficulté"),
    "pledged": _("Apports promis"),
    "pledged_public": _("dont fonds publics"),
    "pledged_private": _("dont fonds privés"),
    "pledged_by_sponsor": _("Apports promis, par financeur"),
    "pledges_lost": _("Promesses perdues"),
    "called": _("Apports appelés"),
    "calls_unreceived": _("Appels non reçus"),
    "calls_late": _("dont en retard"),
    "calls_given_up": _("dont passés en perte"),
    "received": _("Apports reçus"),
    "received_on_call": _("dont reçus sur appel"),
    "skill_days_pledged": _("Journées promises"),
    "skill_days_granted": _("Journées accordées"),
    "skill_days_reserved": _("Journées réservées"),
    "skill_days_contracted": _("Journées contractualisées"),
    "skill_days_delivered": _("Journées faites"),
    "skill_days_certified": _("Journées certifiées"),
    "skill_days_value": _("Valeur des journées faites"),
    "jobs_promised": _("Emplois promis"),
    "jobs_validated": _("Emplois validés"),
    "jobs_to_create": _("dont à créer"),
    "jobs_created": _("Emplois créés"),
    "jobs_verified": _("dont vérifiés"),
    "jobs_maintained": _("Emplois maintenus"),
    "jobs_maintained_verified": _("dont vérifiés"),
    "creation_rate": _("Taux de création"),
    "realisation_rate": _("Taux de réalisation"),
    "sample_files_checked": _("Dossiers contrôlés par sondage"),
    "sample_files_proved": _("dont entièrement prouvés"),
    "verified_share": _("Part prouvée par sondage"),
    "verified_share_low": _("au moins, à 95 %"),
    "verified_share_high": _("au plus, à 95 %"),
    "cost_per_job": _("Aide par emploi créé"),
    "cost_per_job_with_days": _("Aide et journées par emploi créé"),
    "cost_per_job_net": _("Aide non remboursée par emploi créé"),
    "project_cost": _("Coût des projets aidés"),
    "aid_granted": _("Aide accordée"),
    "leverage": _("Autres ressources par euro d’aide"),
    "companies_supported": _("Entreprises aidées"),
    "companies_under_10_staff": _("dont moins de dix salariés"),
    "applications_received": _("Dossiers déposés"),
    "applications_approved": _("Dossiers accordés"),
    "applications_refused": _("Dossiers refusés"),
    "applications_waiting": _("Dossiers en attente de décision"),
    "applications_withdrawn": _("Dossiers retirés"),
    "applications_adjourned": _("Dossiers ajournés au moins une fois"),
    "applications_decided": _("Dossiers décidés"),
    "decision_days": _("Jours du dépôt à la décision"),
    "days_to_decision": _("Délai moyen de décision"),
    "applications_paid": _("Dossiers avec un déblocage"),
    "payment_days": _("Jours de l’accord au premier déblocage"),
    "days_to_payment": _("Délai moyen de déblocage"),
    "sessions_held": _("Séances tenues"),
    "seats_convened": _("Sièges convoqués"),
    "seats_present": _("Sièges présents"),
    "seats_remote": _("dont à distance"),
    "seats_represented": _("Sièges représentés par un pouvoir"),
    "attendance_rate": _("Taux de présence"),
    "predecessor": _("Convention précédente"),
    "successor": _("Convention suivante"),
    "time_elapsed": _("Temps écoulé"),
}
# Figures that are called otherwise once the convention is closed: the word of the fund's page.
LABELS_ONCE_CLOSED = {"balance": _("Reste de la convention close")}


# What is divided by what, each figure with its rows.
RATIOS = {
    "creation_rate": (["jobs_created"], "jobs_to_create"),
    "realisation_rate": (["jobs_verified"], "jobs_to_create"),
    "verified_share": (["sample_files_proved"], "sample_files_checked"),
    "cost_per_job": (["aid_disbursed"], "jobs_created"),
    "cost_per_job_with_days": (["aid_disbursed", "skill_days_value"], "jobs_created"),
    "cost_per_job_net": (["aid_disbursed", "aid_repaid"], "jobs_created"),
    "leverage": (["project_cost", "aid_granted"], "aid_granted"),
    "days_to_decision": (["decision_days"], "applications_decided"),
    "days_to_payment": (["payment_days"], "applications_paid"),
    "attendance_rate": (["seats_present", "seats_represented"], "seats_convened"),
}
SUBTRACTED = {"aid_repaid", "aid_granted"}  # of a division's terms; the others are added


def share(part: int | Decimal, whole: int | Decimal) -> float | None:
    """From 0 up, to four decimals; None when there is nothing to divide by."""
    return rounded(float(part / whole)) if whole else None


def rounded(value: float | Decimal) -> float | Decimal:
    """Rounded once, half up, where it is made: euros and days to 0.01, other numbers to 0.0001.

    What is divided is a Decimal when it is euros or days, a float when it is a share or a number:
    both are the same on a page, in a CSV file and in a workbook.
    """
    if isinstance(value, Decimal):
        return value.quantize(HUNDREDTH, ROUND_HALF_UP)
    return float(Decimal(repr(value)).quantize(TEN_THOUSANDTH, ROUND_HALF_UP))


def average(days: int, files: int) -> Decimal | None:
    """Days for each file, to the tenth; None without a file."""
    return (Decimal(days) / files).quantize(Decimal("0.1"), ROUND_HALF_UP) if files else None


def each(euros: Decimal, jobs: int | Decimal) -> Decimal | None:
    """Euros for each job, or for each euro, to the cent; None without any."""
    return rounded(euros / jobs) if jobs else None


class Shares(NamedTuple):
    """Whole percents of a target; above 100 when it is exceeded."""

    committed: int
    realised: int
    remaining: int


class Gauge(NamedTuple):
    """How far a target is reached. Euros, days or jobs, by the gauge."""

    target: Decimal | int
    committed: Decimal | int
    realised: Decimal | int
    remaining: Decimal | int  # target not realised yet, never negative
    shares: Shares | None  # None without a target
    verified: Decimal | int | None = None  # of what is realised; None where nobody verifies

    @classmethod
    def of(cls, *, target, committed, realised, verified=None):
        remaining = max(target - realised, 0 * target)
        shares = (
            Shares(*(round(100 * part / target) for part in (committed, realised, remaining)))
            if target
            else None
        )
        return cls(target, committed, realised, remaining, shares, verified)
