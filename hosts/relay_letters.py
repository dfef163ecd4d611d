"""The covering letters of a relay: down to its municipalities, up to the operator (進達文).

A letter is typed as a draft, looked at as a PDF, and made final: from then on its bytes are kept
under their fingerprint, and a correction is a letter of its own that names the old one.
"""

import hashlib
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.json_rows import json_rows
from accounts.models import Role, User
from accounts.moves import Table, make_move
from accounts.queries import people_by_organisation
from japan.dates import era_date, era_fiscal_year, weekday_ja
from notices.letters.keeping import store
from notices.mails import still_needed
from notices.models import Mail, NoticeError
from notices.pdf import letter_page
from notices.printing import print_page

from .models import RelayLetter, RelayRound, SurveyAnswer
from .names import head_of
from .relaying import lock_round, municipality_due_on
from .services import HostError, queue_for
from .states import AnswerState, RequestState

FOLDER = "relays/"  # in the store of letters, beside those of the register
TEMPLATE = "relay_letter"
PURPOSE = "relay_letter"
DOWN, UP = RelayLetter.Direction.DOWN, RelayLetter.Direction.UP
State = RelayLetter.State
MOVES: Table = {State.DRAFT: {State.FINAL}, State.FINAL: {State.SUPERSEDED}}


@transaction.atomic
def start_letter(round_: RelayRound, direction: str, *, by: User, on: date) -> RelayLetter:
    """Begin a letter with the words that such letters usually have, for the officer to change."""
    locked = lock_round(round_)
    words = _words_down(locked, on) if direction == DOWN else _words_up(locked)
    letter = RelayLetter.objects.create(
        round=locked,
        direction=direction,
        dated_on=on,
        sender=head_of(locked.relay),
        contact="\n".join(
            line for line in (locked.relay.name, f"担当　{by.name}", by.telephone, by.email) if line
        ),
        **words,
    )
    letter.answers.set(possible_answers(letter))
    return letter


def possible_answers(letter: RelayLetter) -> list[SurveyAnswer]:
    """Down: whom the relay asks. Up: what it has forwarded, in its order of priority."""
    rows = SurveyAnswer.objects.filter(
        survey=letter.round.survey_id, relay=letter.round.relay_id
    ).select_related("government__organisation", "government__prefecture__organisation")
    if letter.direction == DOWN:
        return list(rows.order_by("government__code"))
    gone_on = rows.filter(state__in=[AnswerState.FORWARDED, AnswerState.RECEIVED])
    return sorted(gone_on, key=_place)


def _place(answer: SurveyAnswer) -> tuple[int, str]:
    return (answer.relay_priority or 10_000, answer.government.code)


def _words_down(round_: RelayRound, on: date) -> dict[str, str]:
    """A notice to the municipalities with the date, the way and whom to ask."""
    cycle = round_.survey.cycle
    name = f"{era_fiscal_year(cycle.fiscal_year, on)}{cycle.programme.name_ja}"
    days = [day for day in (round_.own_due_on, municipality_due_on(round_.survey)) if day]
    due = min(days) if days else None
    until = f"{era_date(due)}（{weekday_ja(due)}）" if due else ""
    head = round_.relay.name[-1]
    return {
        "addressee": f"{head}内各市区町村長",
        "subject": f"{name}に係る{round_.survey.name_ja}について（通知）",
        "body": (
            f"このことについて、{cycle.programme.operator.name_ja}から照会がありました。\n"
            "つきましては、下記により回答くださるようお願いします。\n"
            "なお、受入れの要望がない場合も、「要望なし」と回答してください。"
        ),
        "items": "\n".join(
            [
                f"１　提出期限　{until}",
                "２　提出方法　専用サイトの画面から回答",
                "３　提出内容　受入要望書及び研修計画（要望がない場合はその旨）",
            ]
        ),
    }


def _words_up(round_: RelayRound) -> dict[str, str]:
    """The letter with which the answers go on."""
    cycle = round_.survey.cycle
    programme = cycle.programme
    name = f"{era_fiscal_year(cycle.fiscal_year)}{programme.name_ja}"
    return {
        "addressee": "\n".join(
            line
            for line in (
                programme.operator.name_ja,
                f"{programme.sender_title_ja}　{programme.sender_name_ja}".strip(),
            )
            if line
        ),
        "subject": f"{name}に係る{round_.survey.name_ja}の回答について（進達）",
        "body": (
            "このことについて、管内市区町村から別紙のとおり回答がありましたので、進達します。"
        ),
        "items": "\n".join(
            [
                "１　回答団体一覧　別紙のとおり",
                "２　要望書等　受入要望書及び研修計画は、専用サイトにより提出済み",
            ]
        ),
    }


# Printing -------------------------------------------------------------------------------------


def printed_values(letter: RelayLetter) -> dict[str, Any]:
    """What is printed, as plain values."""
    answers = letter.answers.select_related(
        "government__organisation", "government__prefecture__organisation"
    ).prefetch_related("requests")
    replaced = letter.replaces
    return {
        "number": letter.number,
        "dated_on": letter.dated_on,
        "addressee_lines": _lines(letter.addressee),
        "sender_lines": _lines(letter.sender),
        "subject": letter.subject,
        "paragraphs": _lines(letter.body),
        "items": _items(letter.items),
        "contact_lines": _lines(letter.contact),
        "is_up": letter.direction == UP,
        "rows": [_row(answer) for answer in sorted(answers, key=_place)]
        if letter.direction == UP
        else [],
        "names": (
            [answer.government.name for answer in answers.order_by("government__code")]
            if letter.direction == DOWN
            else []
        ),
        "round_remark": letter.round.remark if letter.direction == UP else "",
        "corrects": {"number": replaced.number, "dated_on": replaced.dated_on} if replaced else {},
    }


def _row(answer: SurveyAnswer) -> dict[str, object]:
    """One line of the list of answers that goes with the letter."""
    gone = [each for each in answer.requests.all() if each.state != RequestState.WITHDRAWN]
    with translation.override("ja"):
        wish = "、".join(f"{each.get_field_display()}（{each.number}人）" for each in gone)
    return {
        "place": answer.relay_priority,
        "name": answer.government.name,
        "answer": wish if answer.has_demand else "要望なし",
        "number": sum(each.number for each in gone) if answer.has_demand else 0,
        "remark": answer.relay_remark,
    }


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _items(text: str) -> list[dict[str, str]]:
    """“１　提出期限　令和8年…” as head and words, so that they stand in columns."""
    found = []
    for line in _lines(text):
        number, _gap, rest = line.partition("　")
        head, _gap, words = rest.partition("　")
        found.append(
            {"head": f"{number}　{head}", "words": words} if words else {"head": "", "words": line}
        )
    return found


# Final ----------------------------------------------------------------------------------------

NEEDED = {
    "number": gettext_lazy("Enter the number of the letter."),
    "dated_on": gettext_lazy("Enter the date of the letter."),
    "addressee": gettext_lazy("Enter to whom the letter goes."),
    "sender": gettext_lazy("Enter who sends the letter."),
    "subject": gettext_lazy("Enter the subject of the letter."),
    "body": gettext_lazy("Enter the text of the letter."),
}
CHANGED = gettext_lazy(
    "Somebody else has changed this letter meanwhile. Look at it once more, then make it final."
)


def faults_of_letter(letter: RelayLetter) -> list[str]:
    """What is missing before the letter can be made final, in the order of its form."""
    found = [str(words) for name, words in NEEDED.items() if not getattr(letter, name)]
    if not letter.answers.exists():
        found.append(
            _("Choose at least one municipality.")
            if letter.direction == DOWN
            else _("Choose at least one forwarded answer.")
        )
    return found


def finish_letter(letter: RelayLetter, *, version: int, by: User) -> int:
    """Make the draft final: print it, keep the bytes, tell the municipalities; the number of mails.

    Printed outside the lock, so that nobody waits for the press; what was changed meanwhile is
    refused. Raises HostError for what is missing or cannot be printed.
    """
    if faults := faults_of_letter(letter):
        raise HostError(" ".join(faults))
    if letter.version != version:
        raise HostError(str(CHANGED))
    try:
        content = print_page(letter_page(TEMPLATE, printed_values(letter), "ja"))
    except NoticeError as error:
        raise HostError(
            _("The letter could not be printed: {reason}").format(reason=error)
        ) from error
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        round_ = lock_round(letter.round)
        locked = RelayLetter.objects.select_for_update(of=("self",)).get(pk=letter.pk)
        if locked.version != version:
            raise HostError(str(CHANGED))
        store(digest, content, folder=FOLDER)
        make_move(
            locked,
            State.FINAL,
            by=by,
            table=MOVES,
            refuse=HostError,
            sha256=digest,
            size=len(content),
            finalised_at=timezone.now(),
            finalised_by=by,
            version=locked.version + 1,
        )
        if locked.replaces is not None:
            make_move(locked.replaces, State.SUPERSEDED, by=by, table=MOVES, refuse=HostError)
        people = readers_of(locked)
        for user in people:
            _tell(locked, round_, user)
    letter.refresh_from_db()
    return len(people)


def readers_of(letter: RelayLetter) -> list[User]:
    """Whom a letter downwards is mailed to: the coordinators of its addressees, each once."""
    if letter.direction == UP:
        return []
    bodies = list(letter.answers.values_list("government__organisation", flat=True))
    people = people_by_organisation(Role.COORDINATOR, on=timezone.localdate(), organisations=bodies)
    found = {user.pk: user for body in bodies for user in people.get(body, [])}
    return sorted(found.values(), key=lambda user: (user.name, user.pk))


def _tell(letter: RelayLetter, round_: RelayRound, user: User) -> None:
    cycle = round_.survey.cycle
    with translation.override(user.language):
        context = {
            "name": user.name,
            "prefecture": round_.relay.short_name_in(user.language),
            "programme": cycle.programme.name,
            "fiscal_year": cycle.year_label,
            "number": letter.number,
            "subject_of_letter": letter.subject,
            "corrects": letter.replaces.number if letter.replaces else "",
            "address": settings.SITE_URL + reverse("hosts:home"),
        }
    queue_for(
        user,
        PURPOSE,
        key=str(letter.public_id),
        context=context,
        related=f"hosts.RelayLetter:{letter.pk}",
    )


@still_needed(PURPOSE)
def reason_against(mail: Mail) -> str | None:
    """Nobody is led to a letter that a correction has replaced already."""
    pk = mail.related.rpartition(":")[2]
    is_valid = RelayLetter.objects.filter(pk=pk, state=State.FINAL).exists()
    return None if is_valid else "The letter was replaced."


@transaction.atomic
def correct_letter(letter: RelayLetter, *, by: User) -> RelayLetter:
    """A new draft with the words of the final letter, which it names; the old one stands until the
    new one is final. A second call gives the same draft.
    """
    lock_round(letter.round)
    locked = RelayLetter.objects.select_for_update(of=("self",)).get(pk=letter.pk)
    known = RelayLetter.objects.filter(replaces=locked).first()
    if known is not None:
        return known
    if locked.state != State.FINAL:
        raise HostError(_("Only a final letter is corrected; a draft is simply changed."))
    texts = ["number", "dated_on", "addressee", "sender", "subject", "body", "items", "contact"]
    draft = RelayLetter.objects.create(
        round=locked.round,
        direction=locked.direction,
        edition=locked.edition + 1,
        replaces=locked,
        **{name: getattr(locked, name) for name in texts},
    )
    draft.answers.set(locked.answers.all())
    return draft


@transaction.atomic
def discard_letter(letter: RelayLetter) -> None:
    """Take a draft away; the change log keeps what it said. A final letter stays."""
    locked = RelayLetter.objects.select_for_update(of=("self",)).get(pk=letter.pk)
    if locked.state != State.DRAFT:
        raise HostError(_("This letter is final. It can be corrected, but not taken away."))
    locked.delete()


_SHOWN = ["id", "public_id", "number", "dated_on", "subject", "edition"]


def with_letters(rows: QuerySet[SurveyAnswer]) -> QuerySet[SurveyAnswer]:
    """The answers with what their relay has written to them, for `letters_to`."""
    letters = RelayLetter.objects.filter(direction=DOWN, state=State.FINAL)
    return rows.annotate(letters_json=json_rows(letters, "answers", _SHOWN))


def letters_to(answer: SurveyAnswer) -> list[dict[str, Any]]:
    """The valid letters that are addressed to this government, the newest first."""
    found = [
        {
            **row,
            "public_id": UUID(row["public_id"]),
            "dated_on": date.fromisoformat(row["dated_on"]),
        }
        for row in answer.__dict__.get("letters_json") or []
    ]
    return sorted(found, key=lambda row: row["id"], reverse=True)


class RelayLetterDamaged(HostError):
    """The stored bytes of a relay's letter are missing or are not those that were made final."""


def letter_content(letter: RelayLetter) -> bytes:
    """The PDF exactly as it was made final."""
    try:
        with storages["letters"].open(FOLDER + letter.file) as stored:
            content = stored.read()
    except FileNotFoundError:
        content = b""
    if hashlib.sha256(content).hexdigest() != letter.sha256:
        raise RelayLetterDamaged(
            _("The file of letter {reference} is not the one that was issued.").format(
                reference=letter.number
            )
        )
    return content
