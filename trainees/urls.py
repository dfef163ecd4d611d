"""Addresses of the trainee's pages, under /ja/trainee/ and /en/trainee/."""

from django.urls import path

from . import dossier_views, print_views, views

app_name = "trainees"
urlpatterns = [
    path("", views.status, name="status"),
    path("application/<uuid:public_id>/", views.application, name="application"),
    path("application/<uuid:public_id>/passport/", dossier_views.passport, name="passport"),
    path("application/<uuid:public_id>/consents/", dossier_views.consents, name="consents"),
    path(
        "application/<uuid:public_id>/consents/<slug:kind>/withdraw/",
        dossier_views.consent_withdraw,
        name="consent_withdraw",
    ),
    path("application/<uuid:public_id>/receipt/", print_views.receipt, name="receipt"),
    path(
        "application/<uuid:public_id>/<slug:step>/",
        dossier_views.application_step,
        name="application_step",
    ),
    path(
        "application/<uuid:public_id>/<slug:step>/autosave/",
        dossier_views.application_autosave,
        name="application_autosave",
    ),
]
