"""Addresses of evaluations and dashboards."""

from django.urls import path

from reports import (
    antenna_views,
    frozen_views,
    fund_views,
    network_views,
    outcome_views,
    public_views,
    sponsor_views,
    statement_views,
    verdict_views,
    views,
)

app_name = "reports"
urlpatterns = [
    path("reseau/", network_views.network, name="network"),
    path("reseau/lignes/", network_views.network_rows, name="network_rows"),
    path("conventions/<int:pk>/", views.convention, name="convention"),
    path("conventions/<int:pk>/bilan/", views.evaluation, name="evaluation"),
    path("conventions/<int:pk>/bilan/lignes/", views.evaluation_rows, name="evaluation_rows"),
    path("conventions/<int:pk>/exemplaires/", frozen_views.frozen_list, name="frozen_list"),
    path("conventions/<int:pk>/figer/", frozen_views.frozen_add, name="frozen_add"),
    path("exemplaires/<int:pk>/", frozen_views.frozen, name="frozen"),
    path("exemplaires/<int:pk>/pdf/", frozen_views.frozen_pdf, name="frozen_pdf"),
    path("exemplaires/<int:pk>/json/", frozen_views.frozen_json, name="frozen_json"),
    path("exemplaires/<int:pk>/envoyer/", frozen_views.frozen_send, name="frozen_send"),
    path("conventions/<int:pk>/verdict/", verdict_views.verdict_add, name="verdict_add"),
    path("verdicts/<int:pk>/", verdict_views.verdict, name="verdict"),
    path("verdicts/<int:pk>/rayer/", verdict_views.verdict_strike, name="verdict_strike"),
    path("conventions/<int:pk>/simulation/", views.simulation, name="simulation"),
    path("reseau-en-chiffres/", public_views.public_figures, name="public_figures"),
    path("bilans/", views.evaluation_list, name="evaluation_list"),
    path("resultats/", outcome_views.outcome_list, name="outcome_list"),
    path("apporteurs/<int:pk>/journees/", sponsor_views.sponsor_days, name="sponsor_days"),
    path(
        "apporteurs/<int:pk>/releve.pdf", sponsor_views.statement_preview, name="statement_preview"
    ),
    path(
        "antennes/<int:pk>/releves-annuels/", statement_views.statement_list, name="statement_list"
    ),
    path(
        "envois-de-releves/<int:pk>/",
        statement_views.statement_sending,
        name="statement_sending",
    ),
    path("releves-annuels/<int:pk>/pdf/", statement_views.statement_pdf, name="statement_pdf"),
    path("antennes/<int:pk>/fonds/", fund_views.fund, name="fund"),
    path("antennes/<int:pk>/tableau-de-bord/", antenna_views.dashboard, name="dashboard"),
]
