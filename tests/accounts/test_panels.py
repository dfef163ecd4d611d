import pytest
from django.test import RequestFactory

from accounts import panels
from accounts.panels import panel, render_panels


@pytest.fixture
def own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panels, "_panels", {})


def test_panels_stand_in_their_order_and_those_with_nothing_are_left_out(own_registry, settings):
    settings.TEMPLATES = [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [
                    (
                        "django.template.loaders.locmem.Loader",
                        {"a.html": "a {{ word }}", "b.html": "b", "c.html": "c"},
                    )
                ]
            },
        }
    ]
    panel("home", order=20, template="a.html")(lambda request, subject: {"word": subject})
    panel("home", order=10, template="b.html")(lambda request, subject: {})
    panel("home", order=30, template="c.html")(lambda request, subject: None)

    shown = render_panels("home", RequestFactory().get("/"), "city")

    assert shown == ["b", "a city"]


def test_a_place_without_panels_is_empty(own_registry):
    assert render_panels("nowhere", RequestFactory().get("/")) == []
