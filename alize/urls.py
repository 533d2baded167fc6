"""Addresses: French words in paths, English names."""

from django.contrib import admin
from django.urls import include, path

from alize import views

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("reports.urls")),
    path("", include("support.urls")),
    path("", include("committee.urls")),
    path("", include("conventions.urls")),
    path("", include("companies.urls")),
    path("", include("territories.urls")),
    path("", include("accounts.urls")),
    path("compte/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
