"""What each figure of an evaluation means, in one plain sentence for who reads it.

The same as docs/indicators.md, where the rows and the dates that count are told too.
"""

from django.utils.translation import gettext_lazy as _

DEFINITIONS = {
    "aid_committed": _(
        "Ce que la convention a engagé pour des entreprises, moins ce qui a été désengagé depuis."
    ),
    "aid_committed_difficulty": _(
        "Ce qui a été engagé dans l’enveloppe des entreprises en difficulté, moins ce qui en a été"
        " désengagé."
    ),
    "aid_disbursed": _("Ce qui a été débloqué pour les entreprises, avances et subventions."),
    "advances_disbursed": _("Ce qui a été débloqué en avances, le reste étant des subventions."),
    "aid_repaid": _(
        "Ce que les entreprises ont remboursé, à cette convention ou à la suivante, y compris ce"
        " qui a été récupéré après une perte."
    ),
    "aid_recovered": _(
        "Ce que des entreprises ont remboursé d’avances déjà passées en perte : ce n’était plus"
        " compté dans ce qui reste dû."
    ),
    "aid_written_off": _(
        "Ce que le comité n’attend plus des avances, y compris ce qui en a été récupéré depuis."
    ),
    "aid_outstanding": _(
        "« Aide débloquée, dont avances », moins « Aide remboursée », plus « Aide remboursée, dont"
        " récupérée après une perte », moins « Avances passées en perte »."
    ),
    "aid_late": _("Ce qui devait être remboursé avant ce jour et ne l’est pas."),
    "advances_late": _("Les avances dont une échéance est passée sans être toute remboursée."),
    "fees": _("Les frais de gestion de la convention ; ils ne sont jamais une aide."),
    "refilled": _(
        "Ce qui est revenu à cette convention : remboursements de ses entreprises ou de celles de"
        " la convention précédente."
    ),
    "carried_over": _(
        "Ce qui vient de la convention précédente, moins ce qui est passé à la suivante."
    ),
    "balance": _(
        "Somme du journal, promesses à recevoir comprises, toutes enveloppes ensemble : ce qui peut"
        " encore être engagé."
    ),
    "balance_difficulty": _(
        "Ce qui peut encore être engagé dans l’enveloppe des entreprises en difficulté."
    ),
    "pledged": _("Les euros que les apporteurs ont promis."),
    "pledged_public": _("Les euros promis qui sont de l’argent public."),
    "pledged_private": _("Les euros promis qui sont de l’argent privé."),
    "pledged_by_sponsor": _("Les euros promis par chaque apporteur qui en a promis."),
    "pledges_lost": _("Les euros promis qui ne viendront plus ; ils restent dans les promesses."),
    "called": _("Les euros promis qui ont été demandés aux apporteurs par un appel de fonds."),
    "calls_unreceived": _(
        "Ce qui a été appelé et n’est pas venu : « Apports appelés », moins « Apports reçus, dont"
        " reçus sur appel »."
    ),
    "calls_late": _("Ce qui a été appelé, devait être versé avant ce jour et est encore attendu."),
    "calls_given_up": _(
        "Ce qui a été appelé et ne viendra plus ; c’est aussi une promesse perdue."
    ),
    "received": _("Les euros que les apporteurs ont versés, sur un appel de fonds ou sans appel."),
    "received_on_call": _("Les euros reçus en réponse à un appel de fonds."),
    "skill_days_pledged": _("Les journées que les apporteurs ont promises."),
    "skill_days_granted": _("Les journées que le comité a accordées."),
    "skill_days_reserved": _(
        "Les journées accordées, gardées pour ces dossiers sur celles que les apporteurs ont"
        " promises."
    ),
    "skill_days_contracted": _(
        "Les journées des missions convenues avec l’entreprise ; d’une mission arrêtée, celles qui"
        " ont été données."
    ),
    "skill_days_delivered": _("Les journées que les intervenants ont faites."),
    "skill_days_certified": _("Les journées faites que l’entreprise a certifiées."),
    "skill_days_value": _(
        "Les journées faites, à la valeur que fixe la convention ; personne ne les paie."
    ),
    "jobs_promised": _(
        "Les emplois que les entreprises ont annoncés, à créer ou à maintenir, dans tous les"
        " dossiers déposés."
    ),
    "jobs_validated": _("Les emplois à créer ou à maintenir que le comité a retenus."),
    "jobs_to_create": _("Les emplois à créer que le comité a retenus."),
    "jobs_created": _("Les emplois créés que l’antenne a constatés et que la convention compte."),
    "jobs_verified": _("Les emplois créés que quelqu’un a vérifiés."),
    "jobs_maintained": _(
        "Les emplois maintenus que l’antenne a constatés et que la convention compte."
    ),
    "jobs_maintained_verified": _("Les emplois maintenus que quelqu’un a vérifiés."),
    "creation_rate": _("Les emplois créés, sur les emplois à créer que le comité a retenus."),
    "realisation_rate": _(
        "Les emplois créés et vérifiés, sur les emplois à créer que le comité a retenus."
    ),
    "sample_files_checked": _("Les dossiers contrôlés du dernier tirage au sort."),
    "sample_files_proved": _("Les dossiers contrôlés dont tous les emplois sont prouvés."),
    "verified_share": _("Les dossiers entièrement prouvés, sur les dossiers contrôlés."),
    "verified_share_low": _(
        "Le bas de la fourchette où se trouve sans doute la part de tous les dossiers qui serait"
        " prouvée (95 chances sur 100)."
    ),
    "verified_share_high": _("Le haut de la même fourchette."),
    "cost_per_job": _("L’aide débloquée, partagée entre les emplois créés."),
    "cost_per_job_with_days": _(
        "L’aide débloquée et la valeur des journées faites, partagées entre les emplois créés."
    ),
    "cost_per_job_net": _("L’aide débloquée et non remboursée, partagée entre les emplois créés."),
    "project_cost": _(
        "Les besoins des plans de financement des projets à qui le comité a accordé de l’argent."
    ),
    "aid_granted": _(
        "Les avances et subventions que le comité a accordées, y compris ce qui en a été désengagé."
    ),
    "leverage": _(
        "Ce que les projets aidés coûtent au-delà de l’aide accordée, pour un euro de cette aide."
    ),
    "companies_supported": _(
        "Les entreprises qui ont un accord, comptées une fois quel que soit leur nombre de"
        " dossiers."
    ),
    "companies_under_10_staff": _(
        "Les entreprises aidées dont un dossier accordé avait moins de dix personnes à son dépôt."
    ),
    "applications_received": _("Les dossiers présentés au comité, quelle qu’en soit la suite."),
    "applications_approved": _("Les dossiers que le comité a accordés."),
    "applications_refused": _("Les dossiers que le comité a refusés ; chaque ligne dit pourquoi."),
    "applications_waiting": _(
        "Les dossiers déposés que le comité n’a ni accordés ni refusés, et que l’entreprise n’a pas"
        " retirés ; ceux qui sont ajournés en sont."
    ),
    "applications_withdrawn": _(
        "Les dossiers déposés, puis retirés sans décision. Accordés, refusés, en attente et"
        " retirés : ensemble, ce sont tous les dossiers déposés."
    ),
    "applications_adjourned": _(
        "Les dossiers que le comité a renvoyés au moins une fois pour complément, quelle qu’en soit"
        " la suite."
    ),
    "applications_decided": _("Les dossiers accordés ou refusés."),
    "decision_days": _(
        "Le total des jours entre le premier dépôt de chaque dossier décidé et sa décision."
    ),
    "days_to_decision": _(
        "La moyenne, en jours, entre le premier dépôt d’un dossier et sa décision."
    ),
    "applications_paid": _(
        "Les dossiers accordés dont une partie au moins de l’aide est débloquée."
    ),
    "payment_days": _(
        "Le total des jours entre l’accord de chaque dossier et son premier déblocage."
    ),
    "days_to_payment": _("La moyenne, en jours, entre l’accord et le premier déblocage."),
    "sessions_held": _("Les séances du comité sur des dossiers de cette convention, terminées."),
    "seats_convened": _("Les membres convoqués à ces séances, comptés une fois par séance."),
    "seats_present": _(
        "Les sièges dont le titulaire ou le suppléant est venu, sur place ou à distance."
    ),
    "seats_remote": _("Les sièges présents qui n’ont suivi la séance qu’à distance."),
    "seats_represented": _("Les sièges absents dont le pouvoir était porté par un membre présent."),
    "attendance_rate": _("Les sièges présents ou représentés, sur les sièges convoqués."),
    "predecessor": _("La convention que celle-ci reconduit."),
    "successor": _("La convention qui reconduit celle-ci, une fois signée."),
    "time_elapsed": _("La part de la durée de la convention qui est passée."),
}

# Of figures that mean something else once the convention is closed.
ONCE_CLOSED = {
    "balance": _(
        "Somme du journal, toutes enveloppes ensemble. La convention est close : plus rien ne peut"
        " en être engagé. Ce qui était promis et n’est jamais venu y compte, tant que ce n’est pas"
        " passé en perte."
    ),
    "balance_difficulty": _(
        "Ce qui reste dans l’enveloppe des entreprises en difficulté. La convention est close :"
        " plus rien ne peut en être engagé."
    ),
}

SAME_AGE = _(
    "Le même âge, c’est autant de jours depuis le premier jour de chaque convention, sans dépasser"
    " le dernier jour d’aucune des deux."
)
