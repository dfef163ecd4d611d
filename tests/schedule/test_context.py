import pytest
from django.utils import translation

from schedule import context
from schedule.lgotp import ensure_lgotp


@pytest.mark.django_db
def test_contact_is_the_operators_in_the_readers_language(rf):
    ensure_lgotp()
    context.forget()

    with translation.override("ja"):
        japanese = dict(context.contact(rf.get("/"))["site_contact"])
    with translation.override("en"):
        english = dict(context.contact(rf.get("/"))["site_contact"])

    assert japanese["organisation"] == "一般財団法人自治体国際化協会"
    assert english["division"] == "Economic Relations Division"


@pytest.mark.django_db
def test_contact_is_read_once_a_minute(rf, django_assert_num_queries):
    ensure_lgotp()
    context.forget()

    with django_assert_num_queries(1):
        for _page in range(3):
            str(context.contact(rf.get("/"))["site_contact"])


@pytest.mark.django_db
def test_without_a_programme_the_foot_names_nobody(rf):
    context.forget()

    assert dict(context.contact(rf.get("/"))["site_contact"]) == {}
