"""Addresses of the pages of `support`."""

from django.urls import path

from support.views import aids, bank, files, jobs, missions, strikes, visits

app_name = "support"
urlpatterns = [
    path("dossiers/<int:pk>/visite/", visits.visit, name="visit"),
    path("dossiers/<int:pk>/aide/", aids.aid_list_of_application, name="aid_list_of_application"),
    path("dossiers/<int:pk>/aide/contrat/", aids.aid_sign, name="aid_sign"),
    path("dossiers/<int:pk>/decision/annuler/", files.decision_annul, name="decision_annul"),
    path("conditions/<int:pk>/lever/", files.condition_meet, name="condition_meet"),
    path("aides/", aids.aid_list, name="aid_list"),
    path("aides/<int:pk>/deblocage/", aids.disbursement_add, name="disbursement_add"),
    path("aides/<int:pk>/remboursement/", aids.repayment_add, name="repayment_add"),
    path("deblocages/<int:pk>/rayer/", strikes.disbursement_strike, name="disbursement_strike"),
    path("remboursements/<int:pk>/rayer/", strikes.repayment_strike, name="repayment_strike"),
    path("releves/", bank.statement_list, name="statement_list"),
    path("releves/deposer/", bank.statement_add, name="statement_add"),
    path("releves/colonnes/", bank.statement_columns, name="statement_columns"),
    path("releves/<int:pk>/", bank.statement, name="statement"),
    path("releves/<int:pk>/lignes/", bank.bank_line_list, name="bank_line_list"),
    path("releves/<int:pk>/retirer/", bank.statement_remove, name="statement_remove"),
    path("lignes-de-releve/<int:pk>/reprendre/", bank.bank_line_reopen, name="bank_line_reopen"),
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
