"""Addresses of the selection's pages."""

from django.urls import path

from . import views

app_name = "placements"
urlpatterns = [
    path("nominations/<uuid:public_id>/confirm/", views.confirm, name="nomination_confirm"),
    path("nominations/<uuid:public_id>/refuse/", views.refuse, name="nomination_refuse"),
    path("notices/<uuid:public_id>/", views.notice, name="notice"),
]
