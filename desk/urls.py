"""Addresses of the pages that staff work on, under /admin/ beside the admin's own."""

from django.urls import path

from . import board, sheets, views

app_name = "desk"
urlpatterns = [
    path("start/", views.start, name="start"),
    path("cycles/open/", views.open_next_cycle, name="open_cycle"),
    path("cycles/<int:year>/<slug:programme>/nominate/", views.nominate_person, name="nominate"),
    path("answers/<uuid:public_id>/", views.survey_answer, name="answer"),
    path("answers/<uuid:public_id>/receive/", views.receive, name="answer_receive"),
    path("answers/<uuid:public_id>/return/", views.give_back, name="answer_return"),
    path("letters/<slug:public_id>/", views.letter, name="letter"),
    path("spreadsheets/", sheets.sheets, name="sheets"),
    path("spreadsheets/waiting/<uuid:public_id>/", sheets.sheet_preview, name="sheet_preview"),
    path("spreadsheets/<slug:kind>/", sheets.sheet, name="sheet"),
    path("spreadsheets/<slug:kind>/<slug:form>/", sheets.sheet_export, name="sheet_export"),
    path("invite/", views.invite_person, name="invite"),
    path("board/<slug:programme>/<int:year>/", board.board, name="board"),
    path("board/<slug:programme>/<int:year>/propose/", board.propose_placements, name="propose"),
    path("board/<slug:programme>/<int:year>/place/", board.place, name="place"),
    path("board/<slug:programme>/<int:year>/decide/", board.decide_placements, name="decide"),
    path("placements/<uuid:public_id>/take-back/", board.take_back_placement, name="take_back"),
]
