"""The contract of an aid, to print and to sign: what was granted, when it is paid back.

Always in French. What it says of money is the aid's own; no interest and no guarantee, ever.
"""

from django.utils.translation import gettext as _
from django.utils.translation import override

from committee.de_minimis import ceiling_on
from committee.models import DeMinimisCeiling
from conventions.money import in_euros
from conventions.schedule import Plan, add_months, spread
from territories.dates import in_figures, in_words
from territories.typeset import pdf


def contract_pdf(aid, *, at):
    """The contract as PDF bytes, dated of the moment `at`; with the schedule as it stands."""
    application = aid.application
    with override("fr"):
        return pdf(
            "contract",
            {
                "title": _title(aid),
                "made_at": at,
                "header": _("Réseau Alizé – antenne %(antenna)s") % {"antenna": aid.antenna},
                "header_right": aid.number,
                "facts": _facts(aid, application),
                "articles": [{"heading": each[0], "text": each[1]} for each in _articles(aid)],
                "schedule": _schedule(aid),
                "signatures": [
                    _("Pour %(host)s") % {"host": aid.antenna.host or aid.antenna},
                    _("Pour %(company)s") % {"company": application.company.name},
                ],
            },
        )


def _title(aid):
    if aid.is_advance:
        return _("Contrat d’avance remboursable sans intérêt")
    return _("Contrat de subvention")


def _facts(aid, application):
    company, decision = application.company, aid.decision
    return [
        (_("Numéro de l’aide"), aid.number),
        (_("Entreprise"), f"{company.name}, SIREN {company.siren}"),
        (_("Adresse"), ", ".join(filter(None, [company.address, str(company.commune)]))),
        (_("Aide versée par"), aid.antenna.host or str(aid.antenna)),
        (_("Convention"), application.convention.name or str(application.convention)),
        (_("Projet"), f"{application.title} ({application.reference})"),
        (
            _("Décision"),
            _("comité d’agrément du %(day)s") % {"day": _long(decision.decided_on)},
        ),
        (_("Contrat du"), _long(aid.contract_on)),
        (_("Montant"), in_euros(aid.amount)),
    ]


def _articles(aid):
    decision = aid.decision
    yield (
        _("Objet"),
        _(
            "L’aide sert au seul projet désigné ci-dessus. L’entreprise tient l’antenne informée"
            " de son avancement et des emplois créés ou maintenus."
        ),
    )
    conditions = [f"- {condition}" for condition in decision.conditions.all()]
    yield (
        _("Versement"),
        "\n".join([_("L’argent part une fois levées les conditions du comité :"), *conditions])
        if conditions
        else _("L’argent part dès la signature, en une ou plusieurs fois."),
    )
    if aid.is_advance:
        yield (
            _("Remboursement"),
            _(
                "L’avance ne porte aucun intérêt, même en cas de retard, et n’est assortie d’aucune"
                " garantie. L’entreprise peut rembourser plus tôt, en tout ou partie, sans frais."
                " En cas de difficulté, elle demande un autre échéancier à l’antenne avant"
                " l’échéance. Si elle ne paie pas malgré une mise en demeure, le comité peut"
                " décider que tout ce qui reste devient dû."
            ),
        )
    if decision.grant_equivalent:
        yield (_("Aide de minimis"), _de_minimis(decision))


def _de_minimis(decision):
    ceiling = ceiling_on(DeMinimisCeiling.objects.all(), decision.decided_on)
    return _(
        "Cette décision vaut %(equivalent)s d’équivalent-subvention brut, au titre du %(text)s."
        " L’entreprise la déclare lors de toute autre demande d’aide de minimis."
    ) % {
        "equivalent": in_euros(decision.grant_equivalent),
        "text": ceiling.regulation if ceiling else _("règlement en vigueur"),
    }


def _schedule(aid):
    lines, text = _lines(aid)
    left = sum(line.amount for line in lines)
    rows = []
    for rank, line in enumerate(lines, 1):
        left -= line.amount
        rows.append([str(rank), in_figures(line.due_on), in_euros(line.amount), in_euros(left)])
    total = in_euros(sum(line.amount for line in lines)) if lines else ""
    return {
        "heading": _("Échéancier"),
        "text": text,
        "headings": [_("N°"), _("Échéance"), _("Montant"), _("Restera dû")],
        "lines": rows,
        "total": ["", _("Total"), total, ""],
    }


def _lines(aid):
    """The schedule of what was paid out; before, that of a payment on the day of the contract."""
    if not aid.is_advance:
        return [], ""
    if lines := aid.schedule(aid.last_day_without_loss):
        return lines, _("Selon ce qui est débloqué à ce jour.")
    deferred = add_months(aid.contract_on, aid.deferral_months + aid.frequency)
    plan = Plan(aid.first_due_on or deferred, aid.instalments, aid.frequency)
    return spread(aid.amount, plan.dates()), _(
        "Si tout est débloqué le jour du contrat ; un déblocage plus tardif décale les dates qui"
        " ne sont pas fixées ici, et l’antenne remet alors le nouvel échéancier."
    )


def _long(day):
    return in_words(day)
