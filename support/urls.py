"""Addresses of the pages of `support`."""

from django.urls import path

from support.views import aids, files, hardship, jobs, missions, strikes, visits

app_name = "support"
urlpatterns = [
    path("dossiers/<int:pk>/visite/", visits.visit, name="visit"),
    path("dossiers/<int:pk>/aide/", aids.aid_list_of_application, name="aid_list_of_application"),
    path("dossiers/<int:pk>/aide/contrat/", aids.aid_sign, name="aid_sign"),
    path("dossiers/<int:pk>/decision/annuler/", files.decision_annul, name="decision_annul"),
    path("dossiers/<int:pk>/conditions/", files.conditions_meet, name="conditions_meet"),
    path("conditions/<int:pk>/lever/", files.condition_meet, name="condition_meet"),
    path("aides/", aids.aid_list, name="aid_list"),
    path("aides/<int:pk>/deblocage/", aids.disbursement_add, name="disbursement_add"),
    path("aides/<int:pk>/remboursement/", aids.repayment_add, name="repayment_add"),
    path("aides/<int:pk>/corriger/", aids.aid_correct, name="aid_correct"),
    path("aides/<int:pk>/contrat.pdf", aids.aid_contract, name="aid_contract"),
    path("aides/<int:pk>/contrat-signe/", aids.signed_copy, name="signed_copy"),
    path("aides/<int:pk>/contrat-signe/joindre/", aids.signed_copy_add, name="signed_copy_add"),
    path("aides/<int:pk>/recuperation/", aids.recovery_add, name="recovery_add"),
    path("aides/<int:pk>/renoncer/", hardship.release_add, name="release_add"),
    path("aides/<int:pk>/perte/", hardship.write_off_add, name="write_off_add"),
    path("aides/<int:pk>/echeancier/", hardship.rescheduling_add, name="rescheduling_add"),
    path("deblocages/", aids.payment_list, name="payment_list"),
    path("ordres/<int:pk>/approuver/", hardship.order_approve, name="order_approve"),
    path("ordres/<int:pk>/abandonner/", strikes.order_strike, name="order_strike"),
    path("desengagements/<int:pk>/rayer/", strikes.release_strike, name="release_strike"),
    path("pertes/<int:pk>/rayer/", strikes.write_off_strike, name="write_off_strike"),
    path("trop-percus/<int:pk>/rendre/", hardship.credit_send_back, name="credit_send_back"),
    path("trop-percus/<int:pk>/utiliser/", hardship.credit_apply, name="credit_apply"),
    path("trop-percus/<int:pk>/rayer/", strikes.credit_strike, name="credit_strike"),
    path(
        "reechelonnements/<int:pk>/repondre/",
        hardship.rescheduling_answer,
        name="rescheduling_answer",
    ),
    path(
        "reechelonnements/<int:pk>/rayer/",
        strikes.rescheduling_strike,
        name="rescheduling_strike",
    ),
    path("deblocages/<int:pk>/rayer/", strikes.disbursement_strike, name="disbursement_strike"),
    path("remboursements/<int:pk>/rejeter/", hardship.repayment_reject, name="repayment_reject"),
    path("remboursements/<int:pk>/rayer/", strikes.repayment_strike, name="repayment_strike"),
    path("intervenants/<int:pk>/missions/", missions.expert_missions, name="expert_missions"),
    path("missions/", missions.mission_list, name="mission_list"),
    path(
        "dossiers/<int:pk>/journees/",
        missions.mission_list_of_application,
        name="mission_list_of_application",
    ),
    path("dossiers/<int:pk>/missions/nouvelle/", missions.mission_add, name="mission_add"),
    path("missions/<int:pk>/", missions.mission, name="mission"),
    path("missions/<int:pk>/modifier/", missions.mission_edit, name="mission_edit"),
    path("missions/<int:pk>/certifier/", missions.skill_day_certify, name="skill_day_certify"),
    path("journees/<int:pk>/rayer/", strikes.skill_day_strike, name="skill_day_strike"),
    path(
        "dossiers/<int:pk>/emplois/", jobs.job_list_of_application, name="job_list_of_application"
    ),
    path("emplois/<int:pk>/corriger/", jobs.job_correct, name="job_correct"),
    path("emplois/<int:pk>/rayer/", strikes.job_strike, name="job_strike"),
]
