"""Rounds of reminders reach exactly those who are silent, each person once."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Membership, Role
from hosts.closing import close_survey
from hosts.models import DemandSurvey, RemindedAnswer, SurveyAnswer, SurveyReminder
from hosts.reminding import (
    PURPOSE,
    RELAY_PURPOSE,
    Choice,
    plan_round,
    send_reminder,
    silent_answers,
)
from hosts.services import HostError, start_request, submit_no_demand
from notices.mails import deliver, fates
from notices.models import Mail
from tests.factories import (
    CycleFactory,
    DemandSurveyFactory,
    LocalGovernmentFactory,
    MembershipFactory,
    PrefectureFactory,
    SurveyAnswerFactory,
    coordinator_of,
    relay_officer_of,
    staff_member,
)
from tests.hosts.views.ground import friday  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey() -> DemandSurvey:
    return DemandSurveyFactory(cycle=CycleFactory(fiscal_year=2027))


@pytest.fixture
def staff():
    return staff_member()


def town(survey: DemandSurvey, **fields) -> SurveyAnswer:
    return SurveyAnswerFactory(survey=survey, **fields)


def send(survey: DemandSurvey, staff, choice: Choice | None = None, **more) -> SurveyReminder:
    choice = choice or Choice()
    answers = [answer.pk for answer in silent_answers(survey, choice)]
    values = {"answers": answers, "looked_at": timezone.now(), "choice": choice, "by": staff}
    return send_reminder(survey, **{**values, **more})


def mailed() -> set[str]:
    return set(Mail.objects.filter(purpose=PURPOSE).values_list("to", flat=True))


def test_only_the_silent_ones_are_reminded(survey, staff):
    silent, drafted, answered = town(survey), town(survey), town(survey)
    people = [coordinator_of(each.government) for each in (silent, drafted, answered)]
    start_request(drafted, by=people[1])
    submit_no_demand(answered, reason="", by=people[2])
    coordinator_of(SurveyAnswerFactory().government)  # of another survey

    reminder = send(survey, staff)

    assert mailed() == {people[0].email, people[1].email}
    assert reminder.people == 2
    assert {each.answer for each in reminder.reminded.all()} == {silent, drafted}


def test_a_person_of_several_silent_governments_gets_one_mail_that_names_them(survey, staff):
    first, second, third = town(survey), town(survey), town(survey)
    person = coordinator_of(first.government)
    for each in (second, third):
        MembershipFactory(
            user=person, organisation=each.government.organisation, role=Role.COORDINATOR
        )
    submit_no_demand(third, reason="", by=person)

    send(survey, staff)

    mail = Mail.objects.get(purpose=PURPOSE)
    assert first.government.full_name_in("ja") in mail.body
    assert second.government.full_name_in("ja") in mail.body
    assert third.government.full_name_in("ja") not in mail.body


def test_the_mail_names_the_day_that_counts_and_the_text_of_the_reader(survey, staff):
    japanese, english = town(survey), town(survey)
    usual = coordinator_of(japanese.government)
    extended = coordinator_of(english.government, language="en")
    SurveyAnswer.objects.filter(pk=english.pk).update(
        extended_until=date(2026, 12, 4), extension_reason="x"
    )

    send(survey, staff, Choice(with_extended=True), text_ja="追伸です。", text_en="One more thing.")

    ja, en = (Mail.objects.get(to=person.email) for person in (usual, extended))
    assert "2026年11月24日" in ja.body
    assert "追伸です。" in ja.body
    assert "4 December 2026" in en.body
    assert "One more thing." in en.body


def test_a_text_in_one_language_reaches_everybody(survey, staff):
    answer = town(survey)
    coordinator_of(answer.government, language="en")

    send(survey, staff, text_ja="追伸です。")

    assert "追伸です。" in Mail.objects.get(purpose=PURPOSE).body


def test_whoever_answers_between_preview_and_sending_gets_none(survey, staff):
    early, late = town(survey), town(survey)
    people = [coordinator_of(each.government) for each in (early, late)]
    seen = [answer.pk for answer in silent_answers(survey, Choice())]
    submit_no_demand(early, reason="", by=people[0])

    send(survey, staff, answers=seen)

    assert mailed() == {people[1].email}
    assert not RemindedAnswer.objects.filter(answer=early).exists()


def test_whoever_answers_before_the_mail_leaves_gets_none(survey, staff, mailoutbox):
    early, late = town(survey), town(survey)
    people = [coordinator_of(each.government) for each in (early, late)]
    send(survey, staff)
    submit_no_demand(early, reason="", by=people[0])

    deliver()

    assert people[0].email not in [
        mail.to[0] for mail in mailoutbox if "御回答について" in mail.subject
    ]
    assert Mail.objects.get(purpose=PURPOSE, to=people[0].email).state == "not_needed"
    assert Mail.objects.get(purpose=PURPOSE, to=people[1].email).state == "sent"


def test_without_the_last_look_they_would_get_it_control(survey, staff, mailoutbox, monkeypatch):
    monkeypatch.setitem(fates._checks, PURPOSE, lambda mail: None)
    early = town(survey)
    person = coordinator_of(early.government)
    send(survey, staff)
    submit_no_demand(early, reason="", by=person)

    deliver()

    assert Mail.objects.get(purpose=PURPOSE).state == "sent"


def test_nobody_is_reminded_of_a_survey_that_was_closed_before_the_mail_left(survey, staff):
    answer = town(survey)
    coordinator_of(answer.government)
    send(survey, staff)
    close_survey(survey, by=staff)

    deliver()

    assert Mail.objects.get(purpose=PURPOSE).state == "not_needed"


def test_who_acts_no_longer_is_not_reminded(survey, staff):
    answer = town(survey)
    person = coordinator_of(answer.government)
    send(survey, staff)
    Membership.objects.filter(user=person).update(ends_on=date(2026, 11, 19))

    deliver()

    assert Mail.objects.get(purpose=PURPOSE).state == "not_needed"


def test_a_relay_is_told_of_its_towns_without_a_coordinator_if_wanted(survey, staff):
    ehime = PrefectureFactory(name="愛媛県", romaji="Ehime")
    officer = relay_officer_of(ehime)
    without = town(survey, government=LocalGovernmentFactory(prefecture=ehime))
    served = town(survey, government=LocalGovernmentFactory(prefecture=ehime))
    person = coordinator_of(served.government)

    send(survey, staff)
    assert not Mail.objects.filter(purpose=RELAY_PURPOSE).exists()
    send(survey, staff, looked_at=timezone.now() + timedelta(seconds=1), tells_relays=True)

    told = Mail.objects.get(purpose=RELAY_PURPOSE)
    assert told.to == officer.email
    assert without.government.full_name_in("ja") in told.body
    assert served.government.full_name_in("ja") not in told.body
    row = RemindedAnswer.objects.get(answer=without)
    assert (row.people, row.relay_people) == (0, 1)
    assert person.email in mailed()


def test_a_relay_is_not_told_once_its_town_has_answered(survey, staff):
    ehime = PrefectureFactory()
    relay_officer_of(ehime)
    without = town(survey, government=LocalGovernmentFactory(prefecture=ehime))
    served = town(survey, government=LocalGovernmentFactory(prefecture=ehime))
    coordinator_of(served.government)
    send(survey, staff, tells_relays=True)
    SurveyAnswer.objects.filter(pk=without.pk).update(
        state="submitted", has_demand=False, submitted_at=timezone.now()
    )

    deliver()

    assert Mail.objects.get(purpose=RELAY_PURPOSE).state == "not_needed"
    assert Mail.objects.get(purpose=PURPOSE).state == "sent"


def test_the_plan_names_those_whom_nobody_can_be_told_of(survey):
    direct = town(survey, government=PrefectureFactory())
    orphan = town(survey)
    reached = town(survey)
    coordinator_of(reached.government)

    plan = plan_round(silent_answers(survey, Choice()))

    assert plan.reached == [reached]
    assert sorted(each.pk for each in plan.unreachable) == sorted([direct.pk, orphan.pk])


def test_a_choice_narrows_the_round(survey):
    ehime = PrefectureFactory(code="380008")
    ours = town(survey, government=LocalGovernmentFactory(code="382060", prefecture=ehime))
    opened = town(survey, first_opened_at=timezone.now())
    draft = town(survey, state="draft")
    extended = town(survey, extended_until=date(2026, 12, 4), extension_reason="x")

    def chosen(**values) -> set[int]:
        return {answer.pk for answer in silent_answers(survey, Choice(**values))}

    assert chosen() == {ours.pk, opened.pk, draft.pk}
    assert chosen(prefecture="38") == {ours.pk}
    assert chosen(state="not_opened", with_extended=True) == {ours.pk, extended.pk}
    assert chosen(state="opened") == {opened.pk}
    assert chosen(state="draft") == {draft.pk}
    assert chosen(state="received") == chosen()  # nobody who has answered, whatever is asked


def test_those_reminded_lately_are_left_out(survey, staff):
    first = town(survey)
    coordinator_of(first.government)
    send(survey, staff)
    second = town(survey)
    coordinator_of(second.government)
    days = Choice(not_within_days=3)

    assert [each.pk for each in silent_answers(survey, days)] == [second.pk]
    with time_machine.travel(datetime(2026, 11, 24, 1, 0, tzinfo=UTC), tick=False):
        assert len(silent_answers(survey, days)) == 2


def test_who_was_reminded_by_a_colleague_since_the_preview_is_left_out(survey, staff):
    answer = town(survey)
    coordinator_of(answer.government)
    looked_at = timezone.now()
    send(survey, staff)

    with pytest.raises(HostError, match="Nobody is left"):
        send(survey, staff_member(), looked_at=looked_at)

    assert Mail.objects.filter(purpose=PURPOSE).count() == 1


def test_a_closed_survey_reminds_nobody(survey, staff):
    answer = town(survey)
    coordinator_of(answer.government)
    close_survey(survey, by=staff)

    with pytest.raises(HostError, match="closed"):
        send(survey, staff)


def test_an_address_that_takes_no_mail_keeps_nobody_else_from_theirs(survey, staff):
    good, bad = town(survey), town(survey)
    coordinator_of(good.government)
    person = coordinator_of(bad.government)
    type(person).objects.filter(pk=person.pk).update(name="改行\nあり")

    reminder = send(survey, staff)

    assert reminder.people == 1
    assert [each.answer for each in reminder.reminded.all()] == [good]


def queries_for(number: int, staff) -> int:
    survey = DemandSurveyFactory()
    for _each in range(number):
        coordinator_of(town(survey).government)
    with CaptureQueriesContext(connection) as found:
        send(survey, staff, tells_relays=True)
    return len(found)


def test_a_round_takes_no_query_for_each_mail(staff):
    assert queries_for(1, staff) == queries_for(4, staff)
