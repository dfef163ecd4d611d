"""Printed one-time codes: the second factor of desks without telephones, everyone's way back in.

The codes are shown once, when the sheet is made; the database keeps their hashes. Codes are used in
any order, each once. A sheet is the second factor itself only where its holder chose it so, and
never for the operator's staff (docs/decisions/0014).
"""

import secrets
import unicodedata

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from .access import AccessEvent, CodeSheet, SheetCode
from .models import STAFF_ROLES, User
from .services import AccountError

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that reads like something else
LETTERS = 10  # 31 ** 10: some 49 bits
CODES_OF_A_FACTOR = 40  # one sign-in a day for two months of work, on one page
CODES_FOR_RECOVERY = 10
FEW_LEFT = {True: 8, False: 3}


def may_be_factor(user: User) -> bool:
    """Whether a sheet may be this person's second factor: staff see everybody's data and use an
    app or a key.
    """
    return user.roles.isdisjoint(STAFF_ROLES)


def sheet_of(user: User) -> CodeSheet | None:
    """The sheet in force."""
    return CodeSheet.objects.filter(user=user, confirmed_at__isnull=False).first()


def unconfirmed_sheet_of(user: User) -> CodeSheet | None:
    """The sheet that was made and from which no code was typed yet."""
    return CodeSheet.objects.filter(user=user, confirmed_at=None).first()


def unused_numbers(sheet: CodeSheet) -> list[int]:
    """The numbers of the codes that still work, in their order on the paper."""
    return list(sheet.codes.filter(used_at=None).values_list("number", flat=True))


def has_few_left(sheet: CodeSheet, left: int) -> bool:
    """Whether it is time for a new sheet."""
    return left <= FEW_LEFT[sheet.is_factor]


@transaction.atomic
def make_sheet(user: User, *, is_factor: bool) -> list[str]:
    """Make a sheet and give its codes in order, this once; the one in force stays so until a code
    of the new one was typed. Raises AccountError where a sheet may not be the second factor.
    """
    if is_factor and not may_be_factor(user):
        raise AccountError(_("Staff of the operator use an app or a key as second factor."))
    User.objects.select_for_update().get(pk=user.pk)
    CodeSheet.objects.filter(user=user, confirmed_at=None).delete()
    sheet = CodeSheet.objects.create(user=user, is_factor=is_factor)
    count = CODES_OF_A_FACTOR if is_factor else CODES_FOR_RECOVERY
    codes = [_new_code() for _each in range(count)]
    SheetCode.objects.bulk_create(
        SheetCode(sheet=sheet, number=number, code_hash=sheet.hash_of(code))
        for number, code in enumerate(codes, start=1)
    )
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _each in range(LETTERS))


@transaction.atomic
def confirm_sheet(user: User, typed: str) -> CodeSheet | None:
    """Put the new sheet in force in place of the old one, if the code is one of its own; that code
    is used with it.
    """
    User.objects.select_for_update().get(pk=user.pk)
    sheet = unconfirmed_sheet_of(user)
    found = sheet and _find(sheet, typed)
    if not sheet or not found:
        return None
    CodeSheet.objects.filter(user=user, confirmed_at__isnull=False).delete()
    now = timezone.now()
    SheetCode.objects.filter(pk=found.pk).update(used_at=now)
    sheet.confirmed_at = now
    sheet.save(update_fields=["confirmed_at"])
    AccessEvent.objects.create(user=user, by=user, kind=AccessEvent.Kind.SHEET_MADE)
    return sheet


@transaction.atomic
def use_code(user: User, typed: str) -> int | None:
    """Spend a code of the sheet in force and give its number; None for one that does not work."""
    User.objects.select_for_update().get(pk=user.pk)
    sheet = sheet_of(user)
    found = sheet and _find(sheet, typed)
    if not found:
        return None
    SheetCode.objects.filter(pk=found.pk).update(used_at=timezone.now())
    AccessEvent.objects.create(
        user=user, by=user, kind=AccessEvent.Kind.CODE_USED, detail=str(found.number)
    )
    return found.number


def _find(sheet: CodeSheet, typed: str) -> SheetCode | None:
    """The unused code that was typed; full width, small letters, spaces and hyphens are fine."""
    plain = unicodedata.normalize("NFKC", typed[:100]).upper()
    digest = sheet.hash_of("".join(sign for sign in plain if sign in ALPHABET))
    unused = sheet.codes.filter(used_at=None)
    return next((code for code in unused if constant_time_compare(code.code_hash, digest)), None)


def remove_sheets(user: User, *, by: User | None) -> None:
    """No code of this person works any more."""
    if CodeSheet.objects.filter(user=user).delete()[0]:
        AccessEvent.objects.create(user=user, by=by, kind=AccessEvent.Kind.SHEET_REMOVED)
