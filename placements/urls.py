"""Addresses of the selection's pages."""

from django.urls import path

from . import views, wish_views

app_name = "placements"
urlpatterns = [
    path("nominations/<uuid:public_id>/confirm/", views.confirm, name="nomination_confirm"),
    path("nominations/<uuid:public_id>/refuse/", views.refuse, name="nomination_refuse"),
    path("notices/<uuid:public_id>/", views.notice, name="notice"),
    path("wishes/<uuid:public_id>/", wish_views.wishes, name="wishes"),
    path("wishes/<uuid:public_id>/autosave/", wish_views.wishes_autosave, name="wishes_autosave"),
]
