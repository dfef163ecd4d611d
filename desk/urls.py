"""Addresses of the pages that staff work on, under /admin/ beside the admin's own."""

from django.urls import path

from . import (
    access,
    applications,
    board,
    cycles,
    mails,
    relays,
    sheets,
    survey_acts,
    survey_asked,
    survey_compose,
    survey_overview,
    survey_questions,
    survey_reminding,
    survey_versions,
    survey_workbook,
    take_overs,
    views,
)

SURVEY = "survey/<slug:programme>/<int:year>/"
COMPOSE = f"{SURVEY}compose/"

app_name = "desk"
urlpatterns = [
    path("start/", views.start, name="start"),
    path("cycles/open/", views.open_next_cycle, name="open_cycle"),
    path("cycles/<int:year>/<slug:programme>/nominate/", views.nominate_person, name="nominate"),
    path("answers/<uuid:public_id>/", views.survey_answer, name="answer"),
    path("answers/<uuid:public_id>/receive/", views.receive, name="answer_receive"),
    path("answers/<uuid:public_id>/return/", views.give_back, name="answer_return"),
    path("answers/<uuid:public_id>/comments/", relays.answer_comments, name="answer_comments"),
    path("answers/<uuid:public_id>/extend/", survey_acts.answer_extend, name="answer_extend"),
    path("answers/<uuid:public_id>/enter/", survey_acts.answer_enter, name="answer_enter"),
    path(
        "answers/<uuid:public_id>/end-entry/", survey_acts.answer_end_entry, name="answer_end_entry"
    ),
    path("answers/<uuid:public_id>/reopen/", survey_acts.answer_reopen, name="answer_reopen"),
    path(
        "answers/<uuid:public_id>/versions/",
        survey_versions.answer_versions,
        name="answer_versions",
    ),
    path("relays/<slug:programme>/<int:year>/<slug:code>/", relays.relay, name="relay"),
    path("relays/letters/<uuid:public_id>/", relays.relay_letter, name="relay_letter"),
    path(
        "applications/<uuid:public_id>/return/",
        applications.return_to_person,
        name="application_return",
    ),
    path("cycles/<slug:programme>/<int:year>/close/", cycles.close, name="close_cycle"),
    path("cycles/<slug:programme>/<int:year>/call-off/", cycles.call_off, name="call_off_cycle"),
    path(SURVEY, survey_overview.survey_overview, name="survey_overview"),
    path(f"{SURVEY}governments/", survey_overview.survey_governments, name="survey_governments"),
    path(f"{SURVEY}remind/", survey_reminding.survey_remind, name="survey_remind"),
    path(f"{SURVEY}close/", survey_acts.survey_close, name="survey_close"),
    path(COMPOSE, survey_compose.survey_compose, name="survey_compose"),
    path(f"{COMPOSE}text/", survey_compose.survey_text, name="survey_text"),
    path(f"{COMPOSE}deadlines/", survey_compose.survey_deadlines, name="survey_deadlines"),
    path(f"{COMPOSE}preview/", survey_compose.survey_preview, name="survey_preview"),
    path(f"{COMPOSE}open/", survey_compose.survey_open, name="survey_open"),
    path(f"{COMPOSE}asked/", survey_asked.survey_asked, name="survey_asked"),
    path(f"{COMPOSE}asked/one/", survey_asked.survey_ask_one, name="survey_ask_one"),
    path(f"{COMPOSE}relays/", survey_asked.survey_relays, name="survey_relays"),
    path(f"{COMPOSE}questions/", survey_questions.survey_questions, name="survey_questions"),
    path(
        f"{COMPOSE}questions/add/",
        survey_questions.survey_question_add,
        name="survey_question_add",
    ),
    path(
        f"{COMPOSE}questions/roll-forward/",
        survey_questions.survey_roll_forward,
        name="survey_roll_forward",
    ),
    path(
        f"{COMPOSE}questions/<uuid:public_id>/",
        survey_questions.survey_question,
        name="survey_question",
    ),
    path(
        f"{COMPOSE}questions/<uuid:public_id>/move/",
        survey_questions.survey_question_move,
        name="survey_question_move",
    ),
    path(
        f"{COMPOSE}questions/<uuid:public_id>/delete/",
        survey_questions.survey_question_delete,
        name="survey_question_delete",
    ),
    path("letters/<slug:public_id>/", views.letter, name="letter"),
    path("mails/send-again/", mails.send_again, name="mails_send_again"),
    path("mails/arrived/", mails.arrived, name="mails_arrived"),
    path("spreadsheets/", sheets.sheets, name="sheets"),
    path("spreadsheets/waiting/<uuid:public_id>/", sheets.sheet_preview, name="sheet_preview"),
    path("spreadsheets/<slug:kind>/", sheets.sheet, name="sheet"),
    path("spreadsheets/<slug:kind>/<slug:form>/", sheets.sheet_export, name="sheet_export"),
    path(
        "survey/<slug:programme>/<int:year>/workbook/",
        survey_workbook.survey_workbook,
        name="survey_workbook",
    ),
    path(
        "survey/<slug:programme>/<int:year>/workbook/file/",
        survey_workbook.survey_workbook_file,
        name="survey_workbook_file",
    ),
    path(
        "survey/workbooks/<uuid:public_id>/",
        survey_workbook.survey_workbook_waiting,
        name="survey_workbook_waiting",
    ),
    path(
        "survey/workbooks/<uuid:public_id>/faults/",
        survey_workbook.survey_workbook_faults,
        name="survey_workbook_faults",
    ),
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
