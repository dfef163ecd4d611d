"""Addresses of the selection's pages."""

from django.urls import path

from . import views, wish_views
from .cases import nominees

app_name = "placements"
urlpatterns = [
    path("nominations/<uuid:public_id>/confirm/", views.confirm, name="nomination_confirm"),
    path("nominations/<uuid:public_id>/refuse/", views.refuse, name="nomination_refuse"),
    path("requests/<uuid:public_id>/nominate/", nominees.own_nominate, name="own_nominate"),
    path(
        "nominations/<uuid:public_id>/withdraw/",
        nominees.nomination_withdraw,
        name="nomination_withdraw",
    ),
    path(
        "nominations/<uuid:public_id>/replace/",
        nominees.nomination_replace,
        name="nomination_replace",
    ),
    path("nominations/<uuid:public_id>/again/", nominees.nomination_again, name="nomination_again"),
    path("notices/<uuid:public_id>/", views.notice, name="notice"),
    path("wishes/<uuid:public_id>/", wish_views.wishes, name="wishes"),
    path("wishes/<uuid:public_id>/autosave/", wish_views.wishes_autosave, name="wishes_autosave"),
]
