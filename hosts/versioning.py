"""Putting answers on record: what they say is kept at each station of their way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from accounts.models import User

from .contents import as_stored, contents_of_all, fingerprint
from .models import AnswerVersion, FieldComment, SurveyAnswer, SurveyAnswerMove
from .states import AnswerState

CHUNK = 500  # answers of one look-up


@dataclass(frozen=True)
class Last:
    """The newest version of an answer."""

    number: int
    sha256: str
    at: datetime


def keep_versions(
    answers: Sequence[SurveyAnswer],
    occasion: str,
    *,
    by: User | None,
    reason: str = "",
    at: datetime | None = None,
) -> int:
    """Keep what these locked answers say now, in the caller's transaction; gives how many versions
    are new.

    One that says what its newest version says has no new one. The reason of a later version is, if
    none is given, why the answer was returned. A fixed number of queries for each chunk.
    """
    kept = 0
    for start in range(0, len(answers), CHUNK):
        kept += _keep_chunk(answers[start : start + CHUNK], occasion, by=by, reason=reason, at=at)
    return kept


def _keep_chunk(
    answers: Sequence[SurveyAnswer],
    occasion: str,
    *,
    by: User | None,
    reason: str,
    at: datetime | None,
) -> int:
    contents = contents_of_all(answers)
    last = _last_versions(contents)
    changed = {}
    for answer in answers:
        digest = fingerprint(contents[answer.pk])
        if answer.pk not in last or last[answer.pk].sha256 != digest:
            changed[answer] = digest
    later = [answer.pk for answer in changed if answer.pk in last]
    returned = {} if reason or not later else _why_returned(later)
    now = at or timezone.now()
    rows = [
        AnswerVersion(
            answer=answer,
            number=last[answer.pk].number + 1 if answer.pk in last else 1,
            occasion=occasion,
            state=answer.state,
            contents=as_stored(contents[answer.pk]),
            sha256=digest,
            reason=(reason or returned.get(answer.pk, "")) if answer.pk in last else "",
            by=by,
            at=now,
        )
        for answer, digest in changed.items()
    ]
    AnswerVersion.objects.bulk_create(rows, batch_size=100)
    return len(rows)


def _last_versions(answers: dict[int, dict]) -> dict[int, Last]:
    rows = AnswerVersion.objects.filter(answer__in=list(answers)).order_by("number")
    return {
        row["answer"]: Last(row["number"], row["sha256"], row["at"])
        for row in rows.values("answer", "number", "sha256", "at")
    }


def _why_returned(answers: list[int]) -> dict[int, str]:
    """Why each of these answers was last given back: what was said of the whole and, a line each,
    of its fields.
    """
    moves = SurveyAnswerMove.objects.filter(answer__in=answers, to_state=AnswerState.RETURNED)
    newest = {move.answer_id: move for move in moves.order_by("at", "pk")}
    said = {key: [move.reason] for key, move in newest.items()}
    for comment in FieldComment.objects.filter(answer__in=list(newest)).order_by("pk"):
        if comment.at >= newest[comment.answer_id].at:
            said[comment.answer_id].append(comment.text)
    return {key: "\n".join(filter(None, words)) for key, words in said.items()}


def is_intact(version: AnswerVersion) -> bool:
    """Whether a version still bears the fingerprint under which it was kept."""
    return fingerprint(version.contents) == version.sha256
