"""Addresses of the recruitment's pages on the desk; `desk.urls` takes them in as its own."""

from django.urls import path

from . import composition, openings, texts

CYCLE = "recruitment/<slug:programme>/<int:year>/"
OPENING = "recruitment/openings/<uuid:public_id>/"
TEXT = "recruitment/texts/<uuid:public_id>/"

urlpatterns = [
    path(CYCLE, composition.recruitment, name="recruitment"),
    path(f"{CYCLE}text/", texts.recruitment_text, name="recruitment_text"),
    path(f"{CYCLE}texts/add/", texts.recruitment_text_add, name="recruitment_text_add"),
    path(f"{TEXT}remove/", texts.recruitment_text_remove, name="recruitment_text_remove"),
    path(f"{CYCLE}offer/", composition.recruitment_offer, name="recruitment_offer"),
    path(f"{CYCLE}publish/", composition.recruitment_publish, name="recruitment_publish"),
    path(f"{CYCLE}add/", openings.recruitment_add, name="recruitment_add"),
    path(OPENING, openings.recruitment_opening, name="recruitment_opening"),
    path(f"{OPENING}close/", openings.recruitment_close, name="recruitment_close"),
]
