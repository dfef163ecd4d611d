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
    path("survey/<uuid:public_id>/versions/", views.versions, name="versions"),
    path("survey/<uuid:public_id>/approval/", views.approval, name="approval"),
    path("survey/<uuid:public_id>/approval/print/", views.approval_print, name="approval_print"),
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
    path("governments/<uuid:public_id>/people/", views.people, name="people"),
    path("governments/<uuid:public_id>/people/invite/", views.people_invite, name="people_invite"),
    path("governments/<uuid:public_id>/people/leave/", views.people_leave, name="people_leave"),
    path("hand-overs/<uuid:public_id>/take-back/", views.people_stay, name="people_stay"),
    path("invitations/<uuid:public_id>/again/", views.invitation_again, name="invitation_again"),
    path("invitations/<uuid:public_id>/take-back/", views.invitation_back, name="invitation_back"),
    path("governments/<uuid:public_id>/hand-over/", views.hand_over, name="hand_over"),
    path("governments/<uuid:public_id>/history/", views.history, name="history"),
    path("take-over/", views.take_over, name="take_over"),
    path("take-over/sent/", views.take_over_sent, name="take_over_sent"),
    path("take-overs/<uuid:public_id>/", views.take_over_decide, name="take_over_decide"),
    path("relay/", views.relay, name="relay"),
    path("relay/approval/", views.relay_approval, name="relay_approval"),
    path("relay/approval/print/", views.relay_approval_print, name="relay_approval_print"),
    path("relay/forward/", views.relay_forward, name="relay_forward"),
    path("relay/<uuid:public_id>/", views.relay_act, name="relay_act"),
    path("relay/<uuid:public_id>/entry/", views.relay_entry, name="relay_entry"),
    path("relay/<uuid:public_id>/entry/end/", views.relay_entry_end, name="relay_entry_end"),
    path("relay/<uuid:public_id>/return/", views.relay_return, name="relay_return"),
    path("relay/<uuid:public_id>/remark/", views.relay_answer_remark, name="relay_answer_remark"),
    path(
        "relay/<slug:programme>/<int:year>/<slug:code>/date/",
        views.relay_round,
        name="relay_round",
    ),
    path(
        "relay/<slug:programme>/<int:year>/<slug:code>/remark/",
        views.relay_remark,
        name="relay_remark",
    ),
    path(
        "relay/<slug:programme>/<int:year>/<slug:code>/order/",
        views.relay_order,
        name="relay_order",
    ),
    path(
        "relay/<slug:programme>/<int:year>/<slug:code>/operator/",
        views.relay_operator,
        name="relay_operator",
    ),
    path(
        "relay/<slug:programme>/<int:year>/<slug:code>/letters/",
        views.relay_letters,
        name="relay_letters",
    ),
    path("relay/letters/<uuid:public_id>/", views.relay_letter, name="relay_letter"),
    path(
        "relay/letters/<uuid:public_id>/preview/",
        views.relay_letter_preview,
        name="relay_letter_preview",
    ),
    path(
        "relay/letters/<uuid:public_id>/final/",
        views.relay_letter_finish,
        name="relay_letter_finish",
    ),
    path(
        "relay/letters/<uuid:public_id>/correct/",
        views.relay_letter_correct,
        name="relay_letter_correct",
    ),
    path(
        "relay/letters/<uuid:public_id>/discard/",
        views.relay_letter_discard,
        name="relay_letter_discard",
    ),
    path("letters/<uuid:public_id>/", views.relay_letter_file, name="relay_letter_file"),
]
