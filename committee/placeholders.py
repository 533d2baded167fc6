"""The fields of a letter, written {in braces}: which exist, and how they are filled.

Plain replacement of known names: no format string, so that no template can reach into an object.
"""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

PLACEHOLDERS = {
    "entreprise": _("raison sociale"),
    "contact": _("nom du destinataire"),
    "antenne": _("nom de l’antenne"),
    "coordonnees": _("adresse et téléphone de l’antenne"),
    "dossier": _("référence du dossier"),
    "projet": _("intitulé du projet"),
    "convention": _("nom de la convention"),
    "decision_du": _("jour de la décision"),
    "avance": _("avance accordée, en euros"),
    "subvention": _("subvention accordée, en euros"),
    "journees": _("journées accordées"),
    "emplois": _("emplois à créer et à maintenir"),
    "equivalent": _("équivalent-subvention brut, en euros"),
    "reglement": _("règlement de minimis"),
    "conditions": _("conditions préalables, une par ligne"),
    "motif": _("motif de la décision"),
    "manque": _("ce qui manque au dossier, une chose par ligne"),
}
FIELD = re.compile(r"\{(\w+)\}")
BRACES = re.compile(r"\{[^{}]*\}|[{}]")


def validate_placeholders(text):
    """ValidationError for whatever is in braces and is no field of a letter about a decision."""
    refuse_unknown(text, PLACEHOLDERS)


def refuse_unknown(text, known):
    """ValidationError for whatever is in braces and is none of the `known` fields."""
    unknown = [found for found in BRACES.findall(text) if found[1:-1] not in known]
    if unknown:
        raise ValidationError(
            _("« %(found)s » n’est pas un champ. Les champs sont : %(known)s."),
            code="placeholder",
            params={
                "found": unknown[0][:40],
                "known": ", ".join(f"{{{name}}}" for name in known),
            },
        )


def validate_filled(text):
    """ValidationError when a field of a template was left in a letter."""
    if found := BRACES.search(text):
        raise ValidationError(
            _("Remplacez « %(found)s » par son texte : un courrier n’a plus de champ."),
            code="placeholder",
            params={"found": found[0][:40]},
        )


def fill(text, values):
    """`text` with its fields replaced by `values`; a line whose fields are all empty is left out.

    What a value holds is never read again: braces that somebody typed stay as they are.
    """
    lines = []
    for line in text.splitlines():
        names = FIELD.findall(line)
        if not names or any(values[name] for name in names):
            lines.append(FIELD.sub(lambda found: values[found[1]], line))
    return "\n".join(lines)
