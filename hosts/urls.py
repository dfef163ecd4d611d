"""Addresses of hosts and relay officers, under /ja/hosts/ and /en/hosts/."""

from django.urls import path

from . import views

app_name = "hosts"
urlpatterns = [
    path("", views.home, name="home"),
    path("survey/<uuid:public_id>/", views.answer, name="answer"),
    path("survey/<uuid:public_id>/no-demand/", views.no_demand, name="no_demand"),
    path("survey/<uuid:public_id>/approval/", views.approval, name="approval"),
    path("survey/<uuid:public_id>/approval/print/", views.approval_print, name="approval_print"),
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
    path("governments/<uuid:public_id>/people/", views.people, name="people"),
    path("governments/<uuid:public_id>/people/invite/", views.people_invite, name="people_invite"),
    path("governments/<uuid:public_id>/people/leave/", views.people_leave, name="people_leave"),
    path("hand-overs/<uuid:public_id>/take-back/", views.people_stay, name="people_stay"),
    path(
        "invitations/<uuid:public_id>/again/", views.invitation_again, name="invitation_again"
    ),
    path(
        "invitations/<uuid:public_id>/take-back/", views.invitation_back, name="invitation_back"
    ),
    path("governments/<uuid:public_id>/hand-over/", views.hand_over, name="hand_over"),
    path("governments/<uuid:public_id>/history/", views.history, name="history"),
    path("take-over/", views.take_over, name="take_over"),
    path("take-over/sent/", views.take_over_sent, name="take_over_sent"),
    path("take-overs/<uuid:public_id>/", views.take_over_decide, name="take_over_decide"),
    path("relay/", views.relay, name="relay"),
    path("relay/approval/", views.relay_approval, name="relay_approval"),
    path("relay/approval/print/", views.relay_approval_print, name="relay_approval_print"),
    path("relay/<uuid:public_id>/", views.relay_act, name="relay_act"),
]
