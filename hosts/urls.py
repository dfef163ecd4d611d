"""Addresses of hosts and relay officers, under /ja/hosts/ and /en/hosts/."""

from django.urls import path

from . import views

app_name = "hosts"
urlpatterns = [
    path("", views.home, name="home"),
    path("survey/<uuid:public_id>/", views.answer, name="answer"),
    path("survey/<uuid:public_id>/no-demand/", views.no_demand, name="no_demand"),
    path("survey/<uuid:public_id>/requests/", views.request_start, name="request_start"),
    path("requests/<uuid:public_id>/", views.request_detail, name="request"),
    path("requests/<uuid:public_id>/discard/", views.request_discard, name="request_discard"),
    path("requests/<uuid:public_id>/units/add/", views.unit_add, name="unit_add"),
    path("requests/<uuid:public_id>/<slug:step>/", views.request_step, name="request_step"),
    path(
        "requests/<uuid:public_id>/<slug:step>/autosave/",
        views.request_autosave,
        name="request_autosave",
    ),
    path("units/<uuid:public_id>/", views.unit, name="unit"),
    path("units/<uuid:public_id>/delete/", views.unit_delete, name="unit_delete"),
    path("relay/", views.relay, name="relay"),
    path("survey/<uuid:public_id>/workbook/", views.workbook, name="workbook"),
    path("survey/<uuid:public_id>/workbook/file/", views.workbook_file, name="workbook_file"),
    path("workbooks/<uuid:public_id>/", views.workbook_waiting, name="workbook_waiting"),
    path("workbooks/<uuid:public_id>/faults/", views.workbook_faults, name="workbook_faults"),
    path("relay/workbook/", views.relay_workbook, name="relay_workbook"),
    path("relay/workbook/file/", views.relay_workbook_file, name="relay_workbook_file"),
    path("relay/<uuid:public_id>/", views.relay_act, name="relay_act"),
]
