"""Addresses of the survey's pages on the desk; `desk.urls` takes them in as its own."""

from django.urls import path

from . import acts, composition, overview, questions, reach, reminders, versions, workbook

ANSWER = "answers/<uuid:public_id>/"
SURVEY = "survey/<slug:programme>/<int:year>/"
COMPOSE = f"{SURVEY}compose/"
QUESTIONS = f"{COMPOSE}questions/"
QUESTION = f"{QUESTIONS}<uuid:public_id>/"
UPLOAD = "survey/workbooks/<uuid:public_id>/"

urlpatterns = [
    path(f"{ANSWER}extend/", acts.answer_extend, name="answer_extend"),
    path(f"{ANSWER}enter/", acts.answer_enter, name="answer_enter"),
    path(f"{ANSWER}end-entry/", acts.answer_end_entry, name="answer_end_entry"),
    path(f"{ANSWER}reopen/", acts.answer_reopen, name="answer_reopen"),
    path(f"{ANSWER}versions/", versions.answer_versions, name="answer_versions"),
    path(SURVEY, overview.survey_overview, name="survey_overview"),
    path(f"{SURVEY}governments/", overview.survey_governments, name="survey_governments"),
    path(f"{SURVEY}remind/", reminders.survey_remind, name="survey_remind"),
    path(f"{SURVEY}close/", acts.survey_close, name="survey_close"),
    path(COMPOSE, composition.survey_compose, name="survey_compose"),
    path(f"{COMPOSE}text/", composition.survey_text, name="survey_text"),
    path(f"{COMPOSE}deadlines/", composition.survey_deadlines, name="survey_deadlines"),
    path(f"{COMPOSE}preview/", composition.survey_preview, name="survey_preview"),
    path(f"{COMPOSE}open/", composition.survey_open, name="survey_open"),
    path(f"{COMPOSE}asked/", reach.survey_asked, name="survey_asked"),
    path(f"{COMPOSE}asked/one/", reach.survey_ask_one, name="survey_ask_one"),
    path(f"{COMPOSE}relays/", reach.survey_relays, name="survey_relays"),
    path(QUESTIONS, questions.survey_questions, name="survey_questions"),
    path(f"{QUESTIONS}add/", questions.survey_question_add, name="survey_question_add"),
    path(f"{QUESTIONS}roll-forward/", questions.survey_roll_forward, name="survey_roll_forward"),
    path(QUESTION, questions.survey_question, name="survey_question"),
    path(f"{QUESTION}move/", questions.survey_question_move, name="survey_question_move"),
    path(f"{QUESTION}delete/", questions.survey_question_delete, name="survey_question_delete"),
    path(f"{SURVEY}workbook/", workbook.survey_workbook, name="survey_workbook"),
    path(f"{SURVEY}workbook/file/", workbook.survey_workbook_file, name="survey_workbook_file"),
    path(UPLOAD, workbook.survey_workbook_waiting, name="survey_workbook_waiting"),
    path(f"{UPLOAD}faults/", workbook.survey_workbook_faults, name="survey_workbook_faults"),
]
