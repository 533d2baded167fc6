"""What the rows of each kind show on a page, and what they bring along for it."""

from django.utils.translation import gettext_lazy as _

from territories.files import Column

COLUMNS = {
    "entries": [
        Column(_("Libellé"), "label"),
        Column(_("Date"), "on"),
        Column(_("Nature"), "get_kind_display"),
        Column(_("Enveloppe"), "get_envelope_display"),
    ],
    "pledges": [
        Column(_("Apporteur"), "sponsor"),
        Column(_("Date"), "pledged_on"),
        Column(_("Origine des fonds"), "get_origin_display"),
        Column(_("Enveloppe"), "get_envelope_display"),
    ],
    "calls": [
        Column(_("Apporteur"), "pledge.sponsor"),
        Column(_("Appelé le"), "called_on"),
        Column(_("À verser au plus tard le"), "due_on"),
        Column(_("Référence"), "reference"),
    ],
    "calls_left": [
        Column(_("Apporteur"), "pledge.sponsor"),
        Column(_("Appelé le"), "called_on"),
        Column(_("À verser au plus tard le"), "due_on"),
        Column(_("Référence"), "reference"),
        Column(_("Montant appelé (€)"), "amount"),
        Column(_("État"), "get_state_display"),
    ],
    "receipts_on_call": [
        Column(_("Apporteur"), "pledge.sponsor"),
        Column(_("Reçu le"), "received_on"),
        Column(_("Appel de fonds"), "call.reference"),
        Column(_("Libellé"), "label"),
    ],
    "receipts": [
        Column(_("Apporteur"), "pledge.sponsor"),
        Column(_("Reçu le"), "received_on"),
        Column(_("Libellé"), "label"),
    ],
    "disbursements": [
        Column(_("Dossier"), "aid.application"),
        Column(_("Débloqué le"), "paid_on"),
        Column(_("Nature de l’aide"), "aid.get_instrument_display"),
    ],
    "repayments": [
        Column(_("Dossier"), "aid.application"),
        Column(_("Reçu le"), "received_on"),
        Column(_("Libellé"), "label"),
    ],
    "writeoffs": [
        Column(_("Dossier"), "aid.application"),
        Column(_("Passé en perte le"), "written_off_on"),
        Column(_("Décision du comité"), "reference"),
    ],
    "aids": [Column(_("Dossier"), "application"), Column(_("Contrat signé le"), "contract_on")],
    "applications": [
        Column(_("Dossier"), "__str__"),
        Column(_("Déposé le"), "received_on"),
        Column(_("Objet"), "get_purpose_display"),
    ],
    "decisions": [
        Column(_("Dossier"), "application"),
        Column(_("Décidé le"), "decided_on"),
        Column(_("Décision"), "get_outcome_display"),
    ],
    "refusals": [
        Column(_("Dossier"), "application"),
        Column(_("Décidé le"), "decided_on"),
        Column(_("Motif"), "reason"),
    ],
    "waiting": [
        Column(_("Dossier"), "__str__"),
        Column(_("Déposé le"), "received_on"),
        Column(_("État"), "get_step_display"),
        Column(_("Depuis le"), "step_since"),
    ],
    "withdrawals": [
        Column(_("Dossier"), "__str__"),
        Column(_("Déposé le"), "received_on"),
        Column(_("Retiré le"), "withdrawn_on"),
        Column(_("Motif"), "reason"),
    ],
    "adjournments": [
        Column(_("Dossier"), "__str__"),
        Column(_("Ajourné le"), "adjourned_on"),
        Column(_("Motif"), "reason"),
    ],
    "decided": [
        Column(_("Dossier"), "application"),
        Column(_("Déposé le"), "application.received_on"),
        Column(_("Décidé le"), "decided_on"),
        Column(_("Décision"), "get_outcome_display"),
    ],
    "paid": [
        Column(_("Dossier"), "application"),
        Column(_("Décidé le"), "decided_on"),
        Column(_("Premier déblocage le"), "paid_on"),
    ],
    "sessions": [
        Column(_("Séance du"), "on"),
        Column(_("Comité"), "committee"),
        Column(_("Lieu"), "place"),
    ],
    "seats": [
        Column(_("Séance du"), "session.on"),
        Column(_("Siège"), "seat"),
        Column(_("Collège"), "seat.get_college_display"),
    ],
    "needs": [
        Column(_("Dossier"), "application"),
        Column(_("Besoin"), "label"),
    ],
    "companies": [
        Column(_("Entreprise"), "name"),
        Column(_("SIRET"), "siret_display"),
        Column(_("Commune"), "commune"),
    ],
    "missions": [
        Column(_("Dossier"), "application"),
        Column(_("Mission"), "subject"),
        Column(_("Intervenant"), "expert"),
        Column(_("Convention signée le"), "signed_on"),
    ],
    "skill_days": [
        Column(_("Dossier"), "mission.application"),
        Column(_("Date"), "done_on"),
        Column(_("Intervenant"), "expert"),
        Column(_("Certifiée le"), "certified_on"),
    ],
    "jobs": [
        Column(_("Dossier"), "application"),
        Column(_("Depuis le"), "starts_on"),
        Column(_("Contrat"), "get_contract_display"),
        Column(_("Constaté le"), "observed_on"),
        Column(_("Vérifié le"), "verified_on"),
    ],
    "sample_items": [
        Column(_("Dossier"), "application"),
        Column(_("Tiré le"), "sample.drawn_on"),
        Column(_("Contrôlé le"), "checked_on"),
        Column(_("Emplois au tirage"), "jobs"),
        Column(_("Emplois prouvés"), "proved"),
    ],
}
FILES = ["application__company", "application__convention"]
RELATED = {
    "pledges": ["sponsor"],
    "calls": ["pledge__sponsor"],
    "calls_left": ["pledge__sponsor"],
    "receipts_on_call": ["pledge__sponsor", "call"],
    "receipts": ["pledge__sponsor"],
    "disbursements": [f"aid__decision__{path}" for path in FILES],
    "repayments": [f"aid__decision__{path}" for path in FILES],
    "writeoffs": [f"aid__decision__{path}" for path in FILES],
    "aids": [f"decision__{path}" for path in FILES],
    "applications": ["company", "convention"],
    "decisions": FILES,
    "refusals": FILES,
    "waiting": ["company", "convention"],
    "withdrawals": ["company", "convention"],
    "adjournments": ["company", "convention"],
    "decided": FILES,
    "paid": FILES,
    "sessions": ["committee"],
    "seats": ["session", "seat"],
    "needs": FILES,
    "companies": ["commune"],
    "missions": ["expert", *FILES],
    "skill_days": ["expert", *(f"mission__{path}" for path in FILES)],
    "jobs": FILES,
    "sample_items": ["sample", *FILES],
}
