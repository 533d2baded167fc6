"""The official NAF rév. 2 list, from its CSV file, and the list of skills to begin with."""

from pathlib import Path

from companies.models import NafCode, Skill
from territories.reference import read

DATA = Path(__file__).parent / "data"
LEVELS = {2: 2, 4: 3, 5: 4, 6: 5}  # length of the code -> level


def naf_codes():
    return [
        NafCode(code=row["code"], label=row["libelle_fr"], level=LEVELS[len(row["code"])])
        for row in read(DATA / "naf_rev2.csv")
    ]


def add_first_skills():
    """The skills of the field; administrators keep the list."""
    for name in (
        "Organisation",
        "Développement commercial",
        "Stratégie",
        "Ressources humaines et recrutement",
        "Qualité et certification",
        "Hygiène, sécurité, environnement",
        "Finance et gestion",
        "Numérique",
        "Achats",
        "Méthodes de production",
        "Export",
    ):
        Skill.objects.get_or_create(name=name)
