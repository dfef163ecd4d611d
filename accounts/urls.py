"""Addresses of the people's pages, under /ja/ and /en/."""

from django.urls import path

from . import link_views, question_views, views

app_name = "accounts"
urlpatterns = [
    path("home/", views.home, name="home"),
    path("overview/", views.overview, name="overview"),
    path("profile/", views.profile, name="profile"),
    path("questions/", question_views.questions, name="questions"),
    path(
        "questions/about/<slug:slug>/<uuid:public_id>/",
        question_views.question_ask,
        name="question_ask",
    ),
    path(
        "questions/about/<slug:slug>/<uuid:public_id>/autosave/",
        question_views.question_ask_autosave,
        name="question_ask_autosave",
    ),
    path("questions/files/<uuid:public_id>/", question_views.question_file, name="question_file"),
    path("questions/<uuid:public_id>/", question_views.question, name="question"),
    path(
        "questions/<uuid:public_id>/autosave/",
        question_views.question_autosave,
        name="question_autosave",
    ),
    path("questions/<uuid:public_id>/close/", question_views.question_close, name="question_close"),
    path(
        "questions/<uuid:public_id>/reopen/", question_views.question_reopen, name="question_reopen"
    ),
    path("link/", link_views.link_opened, name="link_opened"),
    path("link/code/", link_views.link_code, name="link_code"),
    path("link/<str:token>/", link_views.link, name="link"),
    path("invitation/", views.accept, name="accept"),
    path("invitation/again/", views.invitation_again, name="invitation_again"),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
]
