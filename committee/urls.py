"""Addresses of the pages of `committee`."""

from django.urls import path

from committee.views import (
    aids,
    applications,
    committees,
    decisions,
    documents,
    intake,
    recusals,
    sessions,
)

app_name = "committee"
urlpatterns = [
    path("dossiers/", applications.application_list, name="application_list"),
    path("dossiers/nouveau/", applications.application_add, name="application_add"),
    path("dossiers/<int:pk>/", applications.application, name="application"),
    path("dossiers/<int:pk>/modifier/", applications.application_edit, name="application_edit"),
    path(
        "dossiers/<int:pk>/historique/",
        applications.application_history,
        name="application_history",
    ),
    path("dossiers/<int:pk>/deport/", recusals.recusal_add, name="recusal_add"),
    path("dossiers/<int:pk>/constat/lever/", decisions.finding_waive, name="finding_waive"),
    path("dossiers/<int:pk>/deposer/", decisions.application_submit, name="application_submit"),
    path("dossiers/<int:pk>/retirer/", decisions.application_withdraw, name="application_withdraw"),
    path("dossiers/<int:pk>/decision/", decisions.decision_add, name="decision_add"),
    path("dossiers/<int:pk>/suivi/", intake.application_assign, name="application_assign"),
    path("dossiers/<int:pk>/complements/", intake.completion_request, name="completion_request"),
    path("dossiers/<int:pk>/documents/", documents.document_add, name="document_add"),
    path("documents/<int:pk>/", documents.document, name="document"),
    path("documents/<int:pk>/retirer/", documents.document_remove, name="document_remove"),
    path("entreprises/<int:pk>/dossiers/", applications.company_files, name="company_files"),
    path("entreprises/<int:pk>/de-minimis/", aids.company_aids, name="company_aids"),
    path(
        "entreprises/<int:pk>/de-minimis/nouvelle/",
        aids.declared_aid_add,
        name="declared_aid_add",
    ),
    path("aides-declarees/<int:pk>/rayer/", aids.declared_aid_strike, name="declared_aid_strike"),
    path("comites/", committees.committee_list, name="committee_list"),
    path("comites/nouveau/", committees.committee_add, name="committee_add"),
    path("comites/<int:pk>/", committees.committee, name="committee"),
    path("comites/<int:pk>/modifier/", committees.committee_edit, name="committee_edit"),
    path("comites/<int:pk>/sieges/nouveau/", committees.seat_add, name="seat_add"),
    path("sieges/<int:pk>/modifier/", committees.seat_edit, name="seat_edit"),
    path("seances/", sessions.session_list, name="session_list"),
    path("seances/nouvelle/", sessions.session_add, name="session_add"),
    path("seances/<int:pk>/", sessions.session, name="session"),
    path("seances/<int:pk>/modifier/", sessions.session_edit, name="session_edit"),
    path("seances/<int:pk>/dossiers/", sessions.agenda_add, name="agenda_add"),
    path("seances/<int:pk>/convoquer/", sessions.session_convene, name="session_convene"),
    path("seances/<int:pk>/relancer/", sessions.session_remind, name="session_remind"),
    path("seances/<int:pk>/annuler/", sessions.session_cancel, name="session_cancel"),
    path("points/<int:pk>/deplacer/", sessions.agenda_move, name="agenda_move"),
    path("points/<int:pk>/retirer/", sessions.agenda_remove, name="agenda_remove"),
    path("reponse/<str:token>/", sessions.invitation_answer, name="invitation_answer"),
]
