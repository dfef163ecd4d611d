"""Many mails at once: the rules of one, and no query for each."""

from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from notices.mails import deliver, queue_mail, queue_mails
from notices.models import Mail, MailEvent, NoticeError
from tests.faults.barrier import at_once, failures

pytestmark = pytest.mark.django_db


def draft(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "key": f"survey:1:{number:05}",
        "purpose": "survey",
        "to": f"host{number}@example.jp",
        "to_name": "西条市　森田",
        "language": "ja",
        "subject": "受入要望調査のお願い",
        "body": "See http://evil.example\r\n御回答ください。",
        "related": "hosts.DemandSurvey:1",
        **changes,
    }


def stored() -> list[dict[str, Any]]:
    own = ["id", "message_id", "created_at", "due_at"]
    rows = Mail.objects.order_by("key").values()
    return [{name: value for name, value in row.items() if name not in own} for row in rows]


def test_many_mails_are_the_same_rows_as_one_after_the_other():
    drafts = [draft(1), draft(2, to_name="=?utf-8?b?x?=", language="en", priority=0)]
    for each in drafts:
        queue_mail(**each)
    single = stored()
    MailEvent.objects.all().delete()
    Mail.objects.all().delete()

    done = queue_mails(drafts)

    assert stored() == single
    assert done.keys == ["survey:1:00001", "survey:1:00002"]
    assert done.refused == {}
    assert [event.to_state for event in MailEvent.objects.all()] == ["queued", "queued"]


def test_a_key_that_is_known_or_comes_twice_gives_no_second_mail():
    first = queue_mail(**draft(1))

    done = queue_mails([draft(2), draft(1, subject="別の件名"), draft(2, subject="別の件名")])

    assert done.keys == ["survey:1:00002"]
    assert list(Mail.objects.order_by("pk").values_list("subject", flat=True)) == [
        first.subject,
        first.subject,
    ]
    assert MailEvent.objects.count() == 2
    assert queue_mails([draft(1), draft(2)]).keys == []


@pytest.mark.parametrize(
    "changes",
    [
        {"to": "host@example.jp\nBcc: all@example.jp"},
        {"to": "a@example.jp, b@example.jp"},
        {"to_name": "森田\nBcc: all@example.jp"},
        {"subject": "受入要望調査\r\nBcc: all@example.jp"},
        {"subject": " "},
        {"body": ""},
        {"related": " "},
    ],
)
def test_what_one_mail_refuses_many_refuse_and_the_others_leave(changes: dict[str, str]):
    with pytest.raises(NoticeError) as refused:
        queue_mail(**draft(2, **changes))

    done = queue_mails([draft(1), draft(2, **changes), draft(3)])

    assert done.refused == {"survey:1:00002": str(refused.value)}
    assert done.keys == ["survey:1:00001", "survey:1:00003"]


def test_many_mails_belong_to_the_transaction_of_their_cause():
    with transaction.atomic():
        queue_mails([draft(1)])
        transaction.set_rollback(True)

    assert not Mail.objects.exists()


def test_many_mails_are_delivered_as_any_other(mailoutbox):
    queue_mails([draft(1), draft(2)])

    deliver()

    assert sorted(mail.to[0] for mail in mailoutbox) == ["host1@example.jp", "host2@example.jp"]


def queries_for(numbers: range) -> int:
    with CaptureQueriesContext(connection) as found:
        assert len(queue_mails([draft(number) for number in numbers]).keys) == len(numbers)
    return len(found)


def test_the_number_of_queries_does_not_grow_with_the_mails():
    assert queries_for(range(1, 2)) == queries_for(range(2, 50))


def test_one_query_for_each_mail_is_seen_control():
    with CaptureQueriesContext(connection) as one:
        queue_mail(**draft(1))
    with CaptureQueriesContext(connection) as three:
        for number in (2, 3, 4):
            queue_mail(**draft(number))

    assert len(three) > len(one)


@pytest.mark.django_db(transaction=True)
def test_two_who_queue_the_same_mails_at_once_queue_each_once():
    drafts = [draft(number) for number in range(40)]

    for round_ in range(5):
        Mail.objects.all().delete()
        results = at_once(
            partial(queue_mails, drafts), partial(queue_mails, list(reversed(drafts)))
        )

        assert failures(results) == [], round_
        assert sorted(key for done in results for key in done.keys) == [
            each["key"] for each in drafts
        ]
        assert MailEvent.objects.count() == Mail.objects.count() == len(drafts)
