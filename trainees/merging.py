"""Joining two records of one person, and taking that back.

What goes over: every application, the account where the kept record has none, and each field that
the kept record leaves empty. Where both say something, the kept record's word stays, and the other
record stays readable with its own. Where both have an account, the kept record's stays the way in;
the other account is not closed, it shows nothing any more, and its owner is told which address to
use. What was submitted never changes: versions belong to the applications.
"""

from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Field
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from accounts.plain_text import check_plain_text
from notices.mails import queue_mail

from .duplicates import kept_record
from .models import Application, NotTheSame, PersonMerge, Trainee
from .services import TraineeError
from .states import ApplicationState

STAYS = {"id", "public_id", "user", "email", "version", "merged_into", "has_single_name"}
NO_CHOICE = {"passport_index"}  # made from the number


def fields_filled(kept: Trainee, merged: Trainee) -> list[str]:
    """The fields that the kept record leaves empty and the other one knows. A passport goes over as
    a whole or not at all.
    """
    passport = ("passport_number", "passport_expires_on", "passport_promised_on")
    found = []
    for field in Trainee._meta.concrete_fields:
        if field.name in STAYS | NO_CHOICE | set(passport):
            continue
        if _is_empty(getattr(kept, field.attname)) and not _is_empty(
            getattr(merged, field.attname)
        ):
            found.append(field.name)
    if all(_is_empty(getattr(kept, name)) for name in passport):
        found += [name for name in passport if not _is_empty(getattr(merged, name))]
    return found


def _is_empty(value: Any) -> bool:
    return value is None or not str(value).strip()


@dataclass(frozen=True)
class Outlook:
    """What would go over if these two were joined, and what stands against it."""

    kept: Trainee
    merged: Trainee
    applications: list[Application]
    fields: list[str]
    moves_account: bool
    other_account: User | None
    against: str


def outlook(kept: Trainee, merged: Trainee) -> Outlook:
    """What the page shows before two records are joined."""
    return Outlook(
        kept=kept,
        merged=merged,
        applications=list(merged.applications.with_names().order_by("cycle", "number")),
        fields=fields_filled(kept, merged),
        moves_account=merged.user_id is not None and kept.user_id is None,
        other_account=merged.user if merged.user_id and kept.user_id else None,
        against=reason_against(kept, merged) or "",
    )


def reason_against(kept: Trainee, merged: Trainee) -> str | None:
    """Why these two cannot be joined now, or None."""
    if kept.pk == merged.pk:
        return _("This is one record.")
    for row in (kept, merged):
        if row.merged_into_id is not None:
            return _("{name} was joined with {other} already. Use that record.").format(
                name=row, other=kept_record(row)
            )
    cycles = set(_open_cycles(kept)) & set(_open_cycles(merged))
    if cycles:
        numbers = Application.objects.filter(trainee__in=[kept, merged], cycle__in=cycles).exclude(
            state=ApplicationState.WITHDRAWN
        )
        listed = pgettext("between names", ", ").join(
            row.case_number for row in numbers.select_related("cycle")
        )
        return _(
            "Both have an application in the same cycle: {list}. Withdraw one of them first; one "
            "person has one application in a cycle."
        ).format(list=listed)
    if NotTheSame.objects.filter(
        first_id=min(kept.pk, merged.pk), second_id=max(kept.pk, merged.pk)
    ).exists():
        return _("These two were marked as two people. Take that back first.")
    return None


def _open_cycles(person: Trainee) -> list[int]:
    rows = person.applications.exclude(state=ApplicationState.WITHDRAWN)
    return list(rows.values_list("cycle", flat=True))


@transaction.atomic
def merge_people(kept: Trainee, merged: Trainee, *, reason: str, by: User) -> PersonMerge:
    """Join two records of one person, with a reason that stays; sent twice it joins once.

    Both records are locked, the lower number first. Raises TraineeError where they cannot be.
    """
    reason = _checked(reason)
    kept, merged = _lock_both(kept, merged)
    known = PersonMerge.objects.filter(kept=kept, merged=merged, undone_at=None).first()
    if known is not None:
        return known
    if against := reason_against(kept, merged):
        raise TraineeError(against)
    applications = list(
        Application.objects.select_for_update(of=("self",))
        .filter(trainee=merged)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    filled = fields_filled(kept, merged)
    moved_user = merged.user if merged.user_id and kept.user_id is None else None
    told = _addresses(kept, merged)
    try:
        with transaction.atomic():
            Application.objects.filter(pk__in=applications).update(trainee=kept)
    except IntegrityError as error:  # nominated in the same moment
        raise TraineeError(
            _("One of the two has just got another application. Look at them again.")
        ) from error
    merged.merged_into = kept
    merged.version += 1
    if moved_user:
        merged.user = None
    merged.save(update_fields=["merged_into", "user", "version"])
    for name in filled:
        setattr(kept, name, getattr(merged, name))
    if "passport_number" in filled:
        kept.index_passport()
    if moved_user:
        kept.user = moved_user
    kept.version += 1
    kept.save()
    merge = PersonMerge.objects.create(
        kept=kept,
        merged=merged,
        moved={
            "applications": applications,
            "user": moved_user.pk if moved_user else None,
            "fields": filled,
        },
        reason=reason,
        by=by,
    )
    _tell(merge, told)
    return merge


@transaction.atomic
def undo_merge(merge: PersonMerge, *, reason: str, by: User) -> PersonMerge:
    """Take a joining back: what went over goes back, and nothing else. What was done with the kept
    record since then stays with it; a field that was changed since then keeps the change.

    Joinings are taken back in the reverse order. A second time changes nothing.
    """
    reason = _checked(reason)
    kept, merged = _lock_both(merge.kept, merge.merged)
    locked = PersonMerge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    if locked.undone_at is not None:
        return locked
    later = PersonMerge.objects.filter(merged=kept, undone_at=None).first()
    if later is not None:
        raise TraineeError(
            _("This record was joined with {name} later. Take that back first.").format(
                name=later.kept
            )
        )
    went_on = PersonMerge.objects.filter(kept=kept, undone_at=None, pk__gt=locked.pk).first()
    if went_on is not None:
        raise TraineeError(
            _("{name} was joined with this record later. Take that back first.").format(
                name=went_on.merged
            )
        )
    moved = locked.moved
    back = Application.objects.select_for_update(of=("self",)).filter(
        pk__in=moved["applications"], trainee=kept
    )
    list(back.values_list("pk", flat=True))  # locked before they are written
    Application.objects.filter(pk__in=moved["applications"], trainee=kept).update(trainee=merged)
    for name in moved["fields"]:
        if getattr(kept, name) == getattr(merged, name):
            field = cast("Field[Any, Any]", Trainee._meta.get_field(name))
            setattr(kept, name, None if field.null else field.get_default())
    if "passport_number" in moved["fields"]:
        kept.index_passport()
    user = moved["user"]
    if user and kept.user_id == user:
        kept.user = None
    else:
        user = None
    kept.version += 1
    kept.save()
    merged.merged_into = None
    if user:
        merged.user_id = user
    merged.version += 1
    merged.save(update_fields=["merged_into", "user", "version"])
    locked.undone_at, locked.undone_by, locked.undone_reason = timezone.now(), by, reason
    locked.save(update_fields=["undone_at", "undone_by", "undone_reason"])
    return locked


@transaction.atomic
def mark_as_two(first: Trainee, second: Trainee, *, reason: str = "", by: User) -> NotTheSame:
    """Somebody looked and found two people: the pair is not shown again. A second time changes
    nothing.
    """
    if reason:
        reason = _checked(reason)
    one, other = sorted((first, second), key=lambda row: row.pk)
    if one.pk == other.pk:
        raise TraineeError(_("This is one record."))
    row, _is_new = NotTheSame.objects.get_or_create(
        first=one, second=other, defaults={"reason": reason, "by": by}
    )
    return row


@transaction.atomic
def unmark_as_two(first: Trainee, second: Trainee) -> None:
    """The pair is shown again."""
    one, other = sorted((first, second), key=lambda row: row.pk)
    for row in NotTheSame.objects.filter(first=one, second=other):
        row.delete()  # one by one: the change log follows each


def _lock_both(one: Trainee, other: Trainee) -> tuple[Trainee, Trainee]:
    """Both records, locked in the order of their numbers, given back in the order asked."""
    rows = {
        row.pk: row
        for row in Trainee.objects.select_for_update(of=("self",))
        .filter(pk__in=[one.pk, other.pk])
        .order_by("pk")
    }
    return rows[one.pk], rows[other.pk]


def _checked(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise TraineeError(_("Write the reason; it stays with the record."))
    try:
        check_plain_text(reason)
    except ValidationError as error:
        raise TraineeError(" ".join(error.messages)) from error
    return reason


def _addresses(kept: Trainee, merged: Trainee) -> list[tuple[User, str]]:
    """Whom to tell, and with which address they sign in from now on: nobody where no account is
    touched.
    """
    if merged.user is None:
        return []
    counts = kept.user or merged.user
    found = {user.pk: user for user in (kept.user, merged.user) if user is not None}
    return [(user, counts.email) for user in found.values()]


def _tell(merge: PersonMerge, told: list[tuple[User, str]]) -> None:
    for user, address in told:
        with translation.override(user.language):
            context = {
                "name": user.name,
                "sign_in_address": address,
                "is_this_one": address == user.email,
                "address": settings.SITE_URL + reverse("trainees:status"),
            }
        queue_mail(
            key=f"records_joined:{merge.public_id}:{user.pk}",
            purpose="records_joined",
            to=user.email,
            to_name=user.name,
            language=user.language,
            template="records_joined",
            context=context,
            related=f"trainees.Trainee:{merge.kept_id}",
        )
