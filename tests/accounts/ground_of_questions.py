"""Two prefectures with their municipalities, the people who act for them, and what they ask."""

from types import SimpleNamespace

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F

from accounts.models import Thread
from accounts.questions import Place, ask, place_of
from accounts.subjects import subject_of
from hosts.models import LocalGovernment
from tests.factories import (
    CycleFactory,
    DemandSurveyFactory,
    HostRequestFactory,
    LocalGovernmentFactory,
    PrefectureFactory,
    SurveyAnswerFactory,
    coordinator_of,
    relay_officer_of,
    staff_member,
)
from tests.files.uploads import pdf

CANARY = "canary-7f3a"


def build() -> SimpleNamespace:
    """Saijo with its request, relayed by Ehime; Matsuyama beside it; a designated city; Kochi."""
    ehime, kochi = PrefectureFactory(name="愛媛県"), PrefectureFactory(name="高知県")
    saijo = LocalGovernmentFactory(name="西条市", prefecture=ehime)
    matsuyama = LocalGovernmentFactory(name="松山市", prefecture=ehime)
    city = LocalGovernmentFactory(
        name="大都市", prefecture=ehime, kind=LocalGovernment.Kind.DESIGNATED_CITY
    )
    survey = DemandSurveyFactory(cycle=CycleFactory(fiscal_year=2027))
    answer = SurveyAnswerFactory(survey=survey, government=saijo, state="draft")
    return SimpleNamespace(
        survey=survey,
        cycle=survey.cycle,
        answer=answer,
        request=HostRequestFactory(answer=answer),
        direct=SurveyAnswerFactory(survey=survey, government=city, state="draft"),
        saijo=saijo,
        ehime=ehime,
        kochi=kochi,
        host=coordinator_of(saijo, name="西条太郎"),
        colleague=coordinator_of(saijo, name="西条花子"),
        neighbour=coordinator_of(matsuyama),
        city=coordinator_of(city),
        relay=relay_officer_of(ehime, name="愛媛次郎"),
        far_relay=relay_officer_of(kochi),
        far_host=coordinator_of(LocalGovernmentFactory(prefecture=kochi)),
        staff=staff_member(name="職員一"),
    )


def asked(ground, by="host", addressee="operator", row=None, **more) -> Place:
    row = row or ground.request
    thread = ask(
        subject_of(row._meta.label),
        subject_of(row._meta.label).rows().get(pk=row.pk),
        by=getattr(ground, by),
        addressee=addressee,
        **{"title": "宿舎について", "text": f"宿舎は決まっていますか。{CANARY}", **more},
    )
    return place_of(thread)


def seen_by(user) -> list[int]:
    return list(Thread.objects.visible_to(fresh(user)).order_by("pk").values_list("pk", flat=True))


def fresh(user):
    """The person as the next request reads them."""
    return type(user).objects.get(pk=user.pk)


def upload(name: str = "計画書.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf() if content is None else content)


def parties(thread) -> list[str]:
    rows = Thread.objects.filter(pk=thread.pk).annotate(party=F("parties__party"))
    return sorted(row.party for row in rows)
