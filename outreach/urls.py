"""Addresses of the public site, under /ja/ and /en/."""

from django.urls import path

from . import views

app_name = "outreach"
urlpatterns = [
    path("", views.home, name="home"),
    path("help/", views.help_page, name="help"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("personal-data/", views.privacy, name="privacy"),
]
