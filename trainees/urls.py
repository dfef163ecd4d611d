"""Addresses of the trainee's pages, under /ja/trainee/ and /en/trainee/."""

from django.urls import path

from . import print_views, views

app_name = "trainees"
urlpatterns = [
    path("", views.status, name="status"),
    path("application/<uuid:public_id>/", views.application, name="application"),
    path("application/<uuid:public_id>/receipt/", print_views.receipt, name="receipt"),
    path(
        "application/<uuid:public_id>/<slug:step>/",
        views.application_step,
        name="application_step",
    ),
    path(
        "application/<uuid:public_id>/<slug:step>/autosave/",
        views.application_autosave,
        name="application_autosave",
    ),
]
