"""What the world's survey has besides its answers: parts, comments, events, rounds and letters of
the relays, reminders, and versions of what was handed on.
"""

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from accounts.succession import TakeOver
from hosts.models import (
    AnswerEvent,
    AnswerVersion,
    FieldComment,
    HostRequest,
    RelayLetter,
    RelayRound,
    SurveyAnswer,
    SurveyReminder,
    Treatment,
)
from hosts.programme_versions import record_versions
from hosts.relay_letters import FOLDER
from hosts.versioning import keep_versions
from notices.letters.keeping import store as keep_bytes
from tests.factories import LocalGovernmentFactory
from tests.files.uploads import pdf_saying

if TYPE_CHECKING:
    from tests.access.world import World

KEPT = "relaykept"  # what a relay writes for itself and for the operator alone


def parts_and_events(world: "World") -> None:
    """Each request of the coming year with a co-host, a treatment and an instructor; each answer
    with a comment and with more time.
    """
    other = LocalGovernmentFactory()
    for request in HostRequest.objects.select_related("answer"):
        request.co_hosts.create(government=other, part_ja="Two weeks")
        Treatment.objects.get_or_create(host_request=request)
        for unit in request.training_programme.units.all():
            unit.instructors.get_or_create(position=1)
        FieldComment.objects.create(
            answer=request.answer,
            host_request=request,
            step="period",
            field="length_reason",
            text="Why so long?",
            sender=FieldComment.Sender.RELAY,
        )
        AnswerEvent.objects.create(
            answer=request.answer,
            kind=AnswerEvent.Kind.EXTENDED,
            day=timezone.localdate() + timedelta(days=7),
            reason="Asked for by telephone",
        )
    for take_over in TakeOver.objects.all():
        take_over.moves.create(from_state="", to_state="asked", reason="asked")
    survey = world.cycles["next"].survey
    reminder = SurveyReminder.objects.create(
        survey=survey, by=world.people["staff"], text_ja="お願いします。", text_en="Please answer."
    )
    for answer in survey.answers.all():
        reminder.reminded.create(answer=answer, people=1)


def rounds_and_letters(world: "World") -> None:
    """Each prefecture has a round of the survey, a final letter to each of its municipalities, and
    a draft that only it sees.
    """
    survey = world.cycles["next"].survey
    key = (survey.cycle.programme.code, survey.cycle.fiscal_year)
    rounds: dict[str, object] = {}
    letters: dict[str, object] = {}
    for owner, upper, names in [
        ("own", "prefecture", ["own", "neighbour"]),
        ("foreign", "prefecturefar", ["foreign"]),
    ]:
        relay = world.governments[upper]
        round_ = RelayRound.objects.create(survey=survey, relay=relay)
        rounds[owner] = (*key, relay.code)
        answers = SurveyAnswer.objects.filter(survey=survey)
        for name in names:
            letter = RelayLetter.objects.create(
                round=round_,
                state=RelayLetter.State.FINAL,
                number="第1号",
                dated_on=timezone.localdate(),
                sha256=f"{name:0<64}",  # of the bytes that `letter_files` makes of the marked words
                size=1,
                finalised_at=timezone.now(),
            )
            letter.moves.create(from_state="draft", to_state="final", reason="sent")
            letter.answers.set(answers.filter(government=world.governments[name]))
            letters[name] = letter.public_id
        draft = RelayLetter.objects.create(round=round_)
        draft.answers.set(answers.filter(government=world.governments[names[0]]))
        if owner == "own":
            world.owners.own(KEPT, draft)
    unknown = world.objects["answer"]["unknown"]
    world.objects["round"] = {**rounds, "unknown": (*key, "999999")}
    world.objects["relayletter"] = {**letters, "unknown": unknown}
    world.objects["deskround"] = {"known": rounds["own"], "unknown": (*key, "999999")}
    world.objects["deskrelayletter"] = {"known": letters["own"], "unknown": unknown}


def letter_files() -> None:
    """The PDF of each final letter, which says what its row says."""
    for letter in RelayLetter.objects.filter(state=RelayLetter.State.FINAL):
        content = pdf_saying(f"{letter.subject} {letter.pk}")
        letter.sha256, letter.size = hashlib.sha256(content).hexdigest(), len(content)
        keep_bytes(letter.sha256, content, folder=FOLDER)
        letter.save()


def what_relays_keep(world: "World") -> None:
    """The relay's remarks, on the whole and on each answer, which no municipality may read."""
    words = world.owners.canaries[KEPT]
    relay = world.governments["prefecture"]
    RelayRound.objects.filter(relay=relay).update(remark=words)
    SurveyAnswer.objects.filter(relay=relay).update(relay_remark=words)


def versions() -> None:
    """Each answer and each programme was put on record, as marked."""
    answers = list(SurveyAnswer.objects.filter(survey__cycle__fiscal_year=2028))
    keep_versions(answers, AnswerVersion.Occasion.SUBMITTED, by=None)
    record_versions(HostRequest.objects.filter(answer__in=answers), by=None)
