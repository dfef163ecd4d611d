"""Addresses of the pages of a case, under /ja/recruitment/ and /en/recruitment/."""

from django.urls import path

from . import asking, forwarded, statement

app_name = "cases"
urlpatterns = [
    path("case/<uuid:public_id>/", forwarded.forwarded, name="forwarded"),
    path(
        "case/<uuid:public_id>/<uuid:forwarding>/answer/",
        forwarded.forwarded_answer,
        name="forwarded_answer",
    ),
    path(
        "case/<uuid:public_id>/<uuid:forwarding>/nominate/",
        forwarded.forwarded_nominate,
        name="forwarded_nominate",
    ),
    path(
        "case/<uuid:public_id>/<uuid:forwarding>/sheet/<slug:language>/",
        forwarded.forwarded_sheet,
        name="forwarded_sheet",
    ),
    path("statement/<uuid:public_id>/", statement.statement, name="statement"),
    path(
        "statement/<uuid:public_id>/files/<uuid:file>/",
        statement.statement_own_file,
        name="statement_own_file",
    ),
    path("statements/", asking.statements, name="statements"),
    path("statements/<uuid:public_id>/ask/", asking.statement_ask, name="statement_ask"),
    path("statements/<uuid:public_id>/enter/", asking.statement_enter, name="statement_enter"),
    path("statements/<uuid:public_id>/file/", asking.statement_file, name="statement_file"),
]
