"""Addresses of the calendar's pages, under /ja/calendar/ and /en/calendar/."""

from django.urls import path

from . import views

app_name = "schedule"
urlpatterns = [path("", views.calendar, name="calendar")]
