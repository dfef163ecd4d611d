"""Addresses of the people's pages, under /ja/ and /en/."""

from django.urls import path

from . import views

app_name = "accounts"
urlpatterns = [
    path("home/", views.home, name="home"),
    path("overview/", views.overview, name="overview"),
    path("profile/", views.profile, name="profile"),
    path("invitation/", views.accept, name="accept"),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
]
