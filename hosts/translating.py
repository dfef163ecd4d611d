"""The texts of a programme in both languages, also after it was sent: each time a new version."""

from collections.abc import Iterable, Mapping

from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.models import User, Versioned
from schedule.models import Cycle

from .models import HostRequest
from .permissions import can_edit
from .programme_versions import record_version
from .services import HostError, lock_request
from .states import RequestState
from .texts import TextPair


def is_draft(request: HostRequest) -> bool:
    """Whether the programme still lies with its government."""
    return request.state == RequestState.DRAFT and request.answer.is_editable


def can_translate(user: User, request: HostRequest) -> bool:
    """The government while it may edit the request; the staff at any time, until its cycle is
    over.
    """
    if request.cycle.state != Cycle.State.OPEN or request.state == RequestState.WITHDRAWN:
        return False
    return user.is_staff or (is_draft(request) and can_edit(user, request.answer))


def needs_reason(request: HostRequest) -> bool:
    """A programme on which a decision stands is changed for a reason only."""
    return request.state in {RequestState.FILLED, RequestState.UNFILLED}


@transaction.atomic
def lock_for_texts(request: HostRequest, *, by: User) -> HostRequest:
    """The request, locked inside the caller's transaction. Raises HostError where this person may
    no longer change its texts.
    """
    if is_draft(request):
        locked = lock_request(request)
    else:
        rows = HostRequest.objects.select_for_update(of=("self",)).with_names()
        locked = rows.get(pk=request.pk)
    if not can_translate(by, locked):
        raise HostError(_("This programme can no longer be changed here."))
    return locked


@transaction.atomic
def save_texts(
    request: HostRequest,
    pairs: Iterable[TextPair],
    texts: Mapping[tuple[str, str], str],
    *,
    by: User,
    reason: str = "",
) -> int:
    """Write the texts of a locked request that differ, (key, language) → text; how many they were.

    Once the programme was sent, a change makes a new version. Raises HostError where a decision
    stands on it and no reason is given.
    """
    changed: dict[int, tuple[models.Model, set[str]]] = {}
    number = 0
    for pair in pairs:
        for language, column in (("ja", pair.ja_column), ("en", pair.en_column)):
            text = texts.get((pair.key, language))
            if text is not None and getattr(pair.row, column) != text:
                changed.setdefault(id(pair.row), (pair.row, set()))[1].add(column)
                setattr(pair.row, column, text)
                number += 1
    if not number:
        return 0
    if needs_reason(request) and not reason.strip():
        raise HostError(_("Give the reason: this request is decided."))
    for row, columns in changed.values():
        if isinstance(row, Versioned):
            row.version += 1
            columns.add("version")
        row.save(update_fields=sorted(columns))
    if not is_draft(request):
        record_version(request.training_programme, by=by, reason=reason)
    return number
