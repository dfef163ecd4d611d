"""The address printed on every letter; it stands for ever and carries no language."""

from django.urls import path

from . import views

app_name = "verify"
urlpatterns = [
    path("", views.verify_form, name="form"),
    path("<str:code>", views.verify, name="letter"),
]
