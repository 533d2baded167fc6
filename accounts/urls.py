"""Addresses of people and their accounts."""

from django.urls import path

from accounts import export_views, people, views

app_name = "accounts"
urlpatterns = [
    path("profil/", views.profile, name="profile"),
    path("langue/", views.language, name="language"),
    path("personnes/", views.user_list, name="user_list"),
    path("personnes/inviter/", views.user_invite, name="user_invite"),
    path("personnes/<int:pk>/", people.user, name="user"),
    path("personnes/<int:pk>/inviter/", people.user_invite_again, name="user_invite_again"),
    path("personnes/<int:pk>/acces/", people.user_access, name="user_access"),
    path("personnes/<int:pk>/roles/nouveau/", people.role_add, name="role_add"),
    path("fichiers/", export_views.export_list, name="export_list"),
    path("fichiers/<int:pk>/", export_views.export, name="export"),
    path("roles/<int:pk>/retirer/", people.role_remove, name="role_remove"),
]
