"""Addresses of the trainee's pages, under /ja/trainee/ and /en/trainee/."""

from django.urls import path

