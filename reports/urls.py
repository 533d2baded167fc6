"""Addresses of evaluations and dashboards."""

from django.urls import path

from reports import fund_views, views

app_name = "reports"
urlpatterns = [
    path("conventions/<int:pk>/", views.convention, name="convention"),
    path("conventions/<int:pk>/bilan/", views.evaluation, name="evaluation"),
    path("conventions/<int:pk>/bilan/lignes/", views.evaluation_rows, name="evaluation_rows"),
    path("conventions/<int:pk>/simulation/", views.simulation, name="simulation"),
    path("bilans/", views.evaluation_list, name="evaluation_list"),
    path("antennes/<int:pk>/fonds/", fund_views.fund, name="fund"),
    path("antennes/<int:pk>/tableau-de-bord/", views.dashboard, name="dashboard"),
]
