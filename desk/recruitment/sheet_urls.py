"""Addresses of the spreadsheet of nominations, for offices and staff, beside the offices' pages."""

from django.urls import path

from . import sheets

app_name = "nomination_sheets"
urlpatterns = [
    path("", sheets.sheet, name="sheet"),
    path("template/", sheets.template, name="template"),
    path("<uuid:public_id>/", sheets.preview, name="preview"),
]
