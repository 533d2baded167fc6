"""Addresses of people and their accounts."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("profil/", views.profile, name="profile"),
    path("langue/", views.language, name="language"),
    path("personnes/", views.user_list, name="user_list"),
    path("personnes/inviter/", views.user_invite, name="user_invite"),
]
