"""Addresses of hosts and relay officers, under /ja/hosts/ and /en/hosts/."""

from django.urls import path

from . import views

app_name = "hosts"
urlpatterns = [
    path("", views.home, name="home"),
    path("survey/<uuid:public_id>/", views.answer, name="answer"),
    path("survey/<uuid:public_id>/no-demand/", views.no_demand, name="no_demand"),
    path("survey/<uuid:public_id>/questions/", views.questions, name="questions"),
    path(
        "survey/<uuid:public_id>/questions/autosave/",
        views.questions_autosave,
        name="questions_autosave",
    ),
    path("survey/<uuid:public_id>/requests/", views.request_start, name="request_start"),
    path("requests/<uuid:public_id>/", views.request_detail, name="request"),
    path("requests/<uuid:public_id>/discard/", views.request_discard, name="request_discard"),
    path("requests/<uuid:public_id>/units/add/", views.unit_add, name="unit_add"),
    path(
        "requests/<uuid:public_id>/contributions/add/",
        views.contribution_add,
        name="contribution_add",
    ),
    path("requests/<uuid:public_id>/training/", views.programme, name="programme"),
    path(
        "requests/<uuid:public_id>/training/texts/", views.programme_texts, name="programme_texts"
    ),
    path(
        "requests/<uuid:public_id>/training/versions/",
        views.programme_versions,
        name="programme_versions",
    ),
    path("requests/<uuid:public_id>/<slug:step>/", views.request_step, name="request_step"),
    path(
        "requests/<uuid:public_id>/<slug:step>/autosave/",
        views.request_autosave,
        name="request_autosave",
    ),
    path("units/<uuid:public_id>/", views.unit, name="unit"),
    path("units/<uuid:public_id>/delete/", views.unit_delete, name="unit_delete"),
    path("units/<uuid:public_id>/move/", views.unit_move, name="unit_move"),
    path("contributions/<uuid:public_id>/", views.contribution, name="contribution"),
    path(
        "contributions/<uuid:public_id>/delete/",
        views.contribution_delete,
        name="contribution_delete",
    ),
    path("contributions/<uuid:public_id>/move/", views.contribution_move, name="contribution_move"),
    path("relay/", views.relay, name="relay"),
    path("relay/<uuid:public_id>/", views.relay_act, name="relay_act"),
]
