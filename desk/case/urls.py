"""Addresses of one application on the desk, and of the records of one person."""

from django.urls import path

from . import acts, fields, page, people

urlpatterns = [
    path("applications/<uuid:public_id>/", page.application, name="application"),
    path("applications/<uuid:public_id>/versions/", page.versions, name="application_versions"),
    path("applications/<uuid:public_id>/passport/", page.passport, name="application_passport"),
    path("applications/<uuid:public_id>/health/", page.health, name="application_health"),
    path("applications/<uuid:public_id>/complete/", acts.complete, name="application_complete"),
    path("applications/<uuid:public_id>/freeze/", acts.freeze_it, name="application_freeze"),
    path("applications/<uuid:public_id>/withdraw/", acts.withdraw, name="application_withdraw"),
    path("applications/<uuid:public_id>/rules/<slug:rule>/", acts.waive, name="application_waive"),
    path(
        "applications/<uuid:public_id>/rules/<slug:rule>/end/",
        acts.unwaive,
        name="application_unwaive",
    ),
    path("applications/<uuid:public_id>/reopen/", fields.reopen, name="application_reopen"),
    path("reopenings/<uuid:public_id>/", fields.reopening, name="reopening"),
    path("reopenings/<uuid:public_id>/end/", fields.end, name="reopening_end"),
    path("duplicates/", people.duplicates, name="duplicates"),
    path("duplicates/<uuid:first>/<uuid:second>/", people.pair, name="pair"),
    path("duplicates/<uuid:first>/<uuid:second>/apart/", people.apart, name="pair_apart"),
    path(
        "duplicates/<uuid:first>/<uuid:second>/not-apart/",
        people.not_apart,
        name="pair_not_apart",
    ),
    path("joined/<uuid:public_id>/", people.merge, name="merge"),
]
