"""Addresses of the overseas offices' pages."""

from django.urls import path

from . import bodies, forwarding, home, nominations, openings

app_name = "recruitment"
OPENING = "openings/<uuid:public_id>/"
BODY = "bodies/<uuid:public_id>/"
NOMINATION = "nominations/<uuid:public_id>/"

urlpatterns = [
    path("", home.home, name="home"),
    path("texts/<uuid:public_id>/", openings.text_file, name="text_file"),
    path(OPENING, openings.opening, name="opening"),
    path(f"{OPENING}sheet/<slug:language>/", openings.sheet, name="sheet"),
    path(f"{OPENING}forward/", forwarding.forward, name="forward"),
    path(f"{OPENING}remind/", forwarding.remind, name="remind"),
    path(f"{OPENING}nominate/", nominations.nominate_person, name="nominate"),
    path("forwardings/<uuid:public_id>/answer/", forwarding.answer, name="answer"),
    path("forwardings/<uuid:public_id>/link/", forwarding.link, name="link"),
    path("bodies/", bodies.bodies, name="bodies"),
    path("bodies/add/<slug:kind>/", bodies.body_add, name="body_add"),
    path(BODY, bodies.body, name="body"),
    path(f"{BODY}edit/", bodies.body_edit, name="body_edit"),
    path(f"{BODY}contacts/add/", bodies.contact_add, name="contact_add"),
    path(f"{BODY}talks/add/", bodies.talk_add, name="talk_add"),
    path("contacts/<uuid:public_id>/", bodies.contact, name="contact"),
    path("nominations/", nominations.nominations, name="nominations"),
    path("nominations/order/", nominations.order, name="order"),
    path("nominations/forward/", nominations.forward, name="nominations_forward"),
    path(NOMINATION, nominations.nomination, name="nomination"),
]
