"""How much is taken in from whom, by the length that is announced: nothing is read (P40)."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from django.utils.decorators import method_decorator
from django.views import View

from desk.middleware import BodyLimitMiddleware
from files.limits import accepts_upload
from tests.factories import UserFactory, staff_member


@accepts_upload(megabytes=5)
def upload(request):
    return HttpResponse(str(len(request.body)))


@method_decorator(accepts_upload(megabytes=3), name="dispatch")
class Upload(View):
    pass


def page(request):
    return HttpResponse()


urlpatterns = [
    path("upload/", upload),
    path("class/", Upload.as_view()),
    path("page/", page),
]


class Unread:
    """A body that nobody may touch."""

    def read(self, *_args):
        raise AssertionError("the body was read")


def status_of(rf, settings, where: str, length: int, *, signed_in: bool, body=None) -> int:
    settings.ROOT_URLCONF = __name__
    request = rf.generic("POST", where)
    request.META["CONTENT_LENGTH"] = str(length)
    request._stream = body or Unread()
    request.user = UserFactory.build(pk=1) if signed_in else type("A", (), {"is_authenticated": 0})
    return BodyLimitMiddleware(lambda request: HttpResponse())(request).status_code


LIMITS = [
    ("/page/", False, 100_000),
    ("/page/", True, 2_000_000),
    ("/upload/", False, 100_000),
    ("/upload/", True, 5_000_000),
    ("/class/", True, 3_000_000),
    ("/nowhere/", True, 100_000),
]


@pytest.mark.parametrize(("where", "signed_in", "limit"), LIMITS)
def test_a_page_takes_in_up_to_its_limit_and_not_a_byte_more(rf, settings, where, signed_in, limit):
    assert status_of(rf, settings, where, limit, signed_in=signed_in) == 200
    assert status_of(rf, settings, where, limit + 1, signed_in=signed_in) == 413


def test_without_the_declaration_an_upload_page_takes_in_a_form_only(rf, settings, monkeypatch):
    monkeypatch.delattr(upload, "upload_bytes")

    assert status_of(rf, settings, "/upload/", 4_000_000, signed_in=True) == 413


def test_the_desk_keeps_a_declaration_through_its_wrappers():
    """`admin_view` and the wrapper of a ModelAdmin hand on what was declared on the method."""
    from django.contrib import admin
    from django.contrib.auth import get_user_model

    from files.limits import limit_of

    class Desk(admin.ModelAdmin):
        @accepts_upload(megabytes=5)
        def changelist_view(self, request, extra_context=None):
            return HttpResponse()

    urls = Desk(get_user_model(), admin.site).urls

    assert limit_of(urls[0].callback) == 5_000_000


@pytest.mark.django_db
def test_the_refusal_speaks_both_languages():
    client = Client()
    client.force_login(staff_member())

    answer = client.post("/admin/invite/", "x" * 2_000_001, content_type="text/plain")

    assert answer.status_code == 413
    assert "送られた内容が大きすぎます" in answer.content.decode()
    assert "What was sent is too large" in answer.content.decode()
