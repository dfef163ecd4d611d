"""Addresses of the pages that staff work on, under /admin/ beside the admin's own."""

from django.urls import include, path

from . import access, applications, board, cycles, mails, relays, sheets, take_overs, views

app_name = "desk"
urlpatterns = [
    path("", include("desk.survey.urls")),
    path("", include("desk.recruitment.urls")),
    path("start/", views.start, name="start"),
    path("cycles/open/", views.open_next_cycle, name="open_cycle"),
    path("cycles/<int:year>/<slug:programme>/nominate/", views.nominate_person, name="nominate"),
    path("answers/<uuid:public_id>/", views.survey_answer, name="answer"),
    path("answers/<uuid:public_id>/receive/", views.receive, name="answer_receive"),
    path("answers/<uuid:public_id>/return/", views.give_back, name="answer_return"),
    path("answers/<uuid:public_id>/comments/", relays.answer_comments, name="answer_comments"),
    path("relays/<slug:programme>/<int:year>/<slug:code>/", relays.relay, name="relay"),
    path("relays/letters/<uuid:public_id>/", relays.relay_letter, name="relay_letter"),
    path(
        "applications/<uuid:public_id>/return/",
        applications.return_to_person,
        name="application_return",
    ),
    path("cycles/<slug:programme>/<int:year>/close/", cycles.close, name="close_cycle"),
    path("cycles/<slug:programme>/<int:year>/call-off/", cycles.call_off, name="call_off_cycle"),
    path("letters/<slug:public_id>/", views.letter, name="letter"),
    path("mails/send-again/", mails.send_again, name="mails_send_again"),
    path("mails/arrived/", mails.arrived, name="mails_arrived"),
    path("spreadsheets/", sheets.sheets, name="sheets"),
    path("spreadsheets/waiting/<uuid:public_id>/", sheets.sheet_preview, name="sheet_preview"),
    path("spreadsheets/<slug:kind>/", sheets.sheet, name="sheet"),
    path("spreadsheets/<slug:kind>/<slug:form>/", sheets.sheet_export, name="sheet_export"),
    path("people/<uuid:public_id>/access/", access.person_access, name="access"),
    path("people/<uuid:public_id>/end-sessions/", access.end_sessions, name="end_sessions"),
    path("people/<uuid:public_id>/close/", access.close, name="close_account"),
    path("people/<uuid:public_id>/reopen/", access.reopen, name="reopen_account"),
    path("people/<uuid:public_id>/reset-factor/", access.reset_factor, name="reset_factor"),
    path("take-overs/<uuid:public_id>/", take_overs.take_over, name="take_over"),
    path("invite/", views.invite_person, name="invite"),
    path("board/<slug:programme>/<int:year>/", board.board, name="board"),
    path("board/<slug:programme>/<int:year>/propose/", board.propose_placements, name="propose"),
    path("board/<slug:programme>/<int:year>/place/", board.place, name="place"),
    path("board/<slug:programme>/<int:year>/decide/", board.decide_placements, name="decide"),
    path("placements/<uuid:public_id>/take-back/", board.take_back_placement, name="take_back"),
]
