"""The agreement of a mission, to print and to sign by sponsor, company, antenna and expert.

Always in French. The days are free for the company, and of their tax nothing is said.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override

from conventions.money import plain
from territories.dates import in_words
from territories.typeset import pdf

# Heading and text of each article.
ARTICLES = [
    (
        gettext_lazy("Objet"),
        gettext_lazy(
            "L’apporteur met les compétences de l’intervenant au service de l’entreprise, pour la"
            " seule mission désignée ci-dessus, décidée par le comité d’agrément."
        ),
    ),
    (
        gettext_lazy("Gratuité"),
        gettext_lazy(
            "Les journées sont gratuites pour l’entreprise. Ni l’apporteur, ni l’intervenant, ni"
            " l’antenne ne lui demandent de payer quoi que ce soit."
        ),
    ),
    (
        gettext_lazy("Statut de l’intervenant"),
        gettext_lazy(
            "Il intervient au nom de l’apporteur. S’il est son salarié, il le reste, payé et assuré"
            " par lui. Il conseille ; l’entreprise décide, et reste responsable de ce qu’elle fait."
        ),
    ),
    (
        gettext_lazy("Suivi"),
        gettext_lazy(
            "L’intervenant note chaque journée, ou partie de journée, le jour même. L’entreprise"
            " certifie celles qu’elle a reçues. À la fin, un compte rendu est remis à l’antenne."
        ),
    ),
    (
        gettext_lazy("Confidentialité"),
        gettext_lazy(
            "L’intervenant ne communique à personne, pas même à l’apporteur, ce qu’il apprend de"
            " l’entreprise."
        ),
    ),
    (
        gettext_lazy("Arrêt"),
        gettext_lazy(
            "Chacun peut suspendre ou arrêter la mission, en disant pourquoi à l’antenne. Ce qui"
            " n’a pas été donné n’est dû par personne."
        ),
    ),
]


def agreement_pdf(mission, *, at):
    """The agreement as PDF bytes, dated of the moment `at`."""
    with override("fr"):
        antenna, application = mission.antenna, mission.application
        return pdf(
            "contract",
            {
                "title": _("Convention de mission"),
                "made_at": at,
                "header": _("Réseau Alizé – antenne %(antenna)s") % {"antenna": antenna},
                "header_right": application.reference,
                "facts": _facts(mission, application),
                "articles": [{"heading": heading, "text": text} for heading, text in ARTICLES],
                "schedule": {"lines": []},
                "signatures": _signatures(mission),
            },
        )


def _signatures(mission):
    """Sponsors, company and antenna, then the experts, each once."""
    antenna, application = mission.antenna, mission.application
    parties = [*_sponsors(mission), application.company, antenna.host or antenna]
    return [
        *(_("Pour %(who)s") % {"who": who} for who in parties),
        *(_("L’intervenant, %(who)s") % {"who": expert} for expert in mission.team),
    ]


def _sponsors(mission):
    return list(dict.fromkeys(expert.sponsor for expert in mission.team))


def _facts(mission, application):
    company = application.company
    others = ", ".join(f"{expert} ({expert.sponsor})" for expert in mission.team[1:])
    days = ngettext("%(days)s journée", "%(days)s journées", int(mission.days))
    facts = [
        (_("Entreprise"), f"{company.name}, SIREN {company.siren}"),
        (_("Apporteur"), ", ".join(map(str, _sponsors(mission)))),
        (_("Intervenant"), str(mission.expert)),
        (_("Autres intervenants"), others),
        (_("Mission"), mission.subject),
        (
            _("Dates"),
            _("du %(first)s au %(last)s")
            % {
                "first": in_words(mission.starts_on),
                "last": in_words(mission.ends_on),
            },
        ),
        (_("Journées prévues"), days % {"days": plain(mission.days)}),
    ]
    return [fact for fact in facts if fact[1]]
