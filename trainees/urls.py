"""Addresses of the trainee's pages, under /ja/trainee/ and /en/trainee/."""

from django.urls import path

from . import print_views, status_views, views, withdraw_views
from .documents import views as papers
from .reopening import views as reopening
from .steps import views as steps

app_name = "trainees"
urlpatterns = [
    path("", status_views.status, name="status"),
    path("application/<uuid:public_id>/", views.application, name="application"),
    path("application/<uuid:public_id>/opened/", reopening.reopened, name="reopened"),
    path("application/<uuid:public_id>/conditions/", reopening.conditions, name="conditions"),
    path("application/<uuid:public_id>/versions/", reopening.versions, name="versions"),
    path("application/<uuid:public_id>/passport/", steps.passport, name="passport"),
    path("application/<uuid:public_id>/consents/", steps.consents, name="consents"),
    path(
        "application/<uuid:public_id>/consents/<slug:kind>/withdraw/",
        steps.consent_withdraw,
        name="consent_withdraw",
    ),
    path("application/<uuid:public_id>/receipt/", print_views.receipt, name="receipt"),
    path("application/<uuid:public_id>/withdraw/", withdraw_views.withdraw, name="withdraw"),
    path("documents/<uuid:public_id>/", papers.document, name="document"),
    path(
        "documents/<uuid:public_id>/take-back/",
        papers.document_take_back,
        name="document_take_back",
    ),
    path("application/<uuid:public_id>/documents/", papers.documents, name="documents"),
    path(
        "application/<uuid:public_id>/documents/<slug:kind>/",
        papers.document_hand_in,
        name="document_hand_in",
    ),
    path(
        "application/<uuid:public_id>/<slug:step>/",
        steps.application_step,
        name="application_step",
    ),
    path(
        "application/<uuid:public_id>/<slug:step>/autosave/",
        steps.application_autosave,
        name="application_autosave",
    ),
]
