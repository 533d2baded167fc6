"""Addresses of the pages of `territories`."""

from django.urls import path

from territories import views

app_name = "territories"
urlpatterns = [
    path("antennes/", views.antenna_list, name="antenna_list"),
    path("antennes/nouvelle/", views.antenna_add, name="antenna_add"),
    path("antennes/<int:pk>/", views.antenna, name="antenna"),
    path("antennes/<int:pk>/modifier/", views.antenna_edit, name="antenna_edit"),
    path("antennes/<int:pk>/territoires/nouveau/", views.territory_add, name="territory_add"),
    path("territoires/<int:pk>/", views.territory, name="territory"),
    path("territoires/<int:pk>/modifier/", views.territory_edit, name="territory_edit"),
    path("antennes/<int:pk>/fermetures/nouvelle/", views.closure_add, name="closure_add"),
    path("fermetures/<int:pk>/", views.closure, name="closure"),
    path("fermetures/<int:pk>/modifier/", views.closure_edit, name="closure_edit"),
    path("communes/options/", views.commune_options, name="commune_options"),
    path("intercommunalites/options/", views.epci_options, name="epci_options"),
]
