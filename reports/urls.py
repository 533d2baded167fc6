"""Addresses of evaluations and dashboards."""

from django.urls import path

from reports.views import (
    antenna,
    evaluation,
    frozen,
    fund,
    network,
    outcomes,
    public,
    sponsors,
    statements,
    verdicts,
)

app_name = "reports"
urlpatterns = [
    path("reseau/", network.network, name="network"),
    path("reseau/lignes/", network.network_rows, name="network_rows"),
    path("conventions/<int:pk>/", evaluation.convention, name="convention"),
    path("conventions/<int:pk>/bilan/", evaluation.evaluation, name="evaluation"),
    path("conventions/<int:pk>/bilan/lignes/", evaluation.evaluation_rows, name="evaluation_rows"),
    path("conventions/<int:pk>/exemplaires/", frozen.frozen_list, name="frozen_list"),
    path("conventions/<int:pk>/figer/", frozen.frozen_add, name="frozen_add"),
    path("exemplaires/<int:pk>/", frozen.frozen, name="frozen"),
    path("exemplaires/<int:pk>/pdf/", frozen.frozen_pdf, name="frozen_pdf"),
    path("exemplaires/<int:pk>/json/", frozen.frozen_json, name="frozen_json"),
    path("exemplaires/<int:pk>/envoyer/", frozen.frozen_send, name="frozen_send"),
    path("conventions/<int:pk>/verdict/", verdicts.verdict_add, name="verdict_add"),
    path("verdicts/<int:pk>/", verdicts.verdict, name="verdict"),
    path("verdicts/<int:pk>/rayer/", verdicts.verdict_strike, name="verdict_strike"),
    path("conventions/<int:pk>/simulation/", evaluation.simulation, name="simulation"),
    path("reseau-en-chiffres/", public.public_figures, name="public_figures"),
    path("bilans/", evaluation.evaluation_list, name="evaluation_list"),
    path("resultats/", outcomes.outcome_list, name="outcome_list"),
    path("apporteurs/<int:pk>/journees/", sponsors.sponsor_days, name="sponsor_days"),
    path("apporteurs/<int:pk>/releve.pdf", sponsors.statement_preview, name="statement_preview"),
    path("antennes/<int:pk>/releves-annuels/", statements.statement_list, name="statement_list"),
    path(
        "envois-de-releves/<int:pk>/",
        statements.statement_sending,
        name="statement_sending",
    ),
    path("releves-annuels/<int:pk>/pdf/", statements.statement_pdf, name="statement_pdf"),
    path("antennes/<int:pk>/fonds/", fund.fund, name="fund"),
    path("antennes/<int:pk>/tableau-de-bord/", antenna.dashboard, name="dashboard"),
]
