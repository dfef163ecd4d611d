"""How much a page takes in; declared where the page is, enforced before anything is read (P40)."""

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])

MEGABYTE = 1_000_000
ANONYMOUS_BYTES = 100_000
SIGNED_IN_BYTES = 2 * MEGABYTE

# Files that are kept (files.received): how large one may be, how many come with one form, and what
# one person may hand over within 24 hours, so that nobody fills the disk (P30).
FILE_MEGABYTES = 10
FILE_BYTES = FILE_MEGABYTES * MEGABYTE
FILE_NAME_CHARACTERS = 150
FILES_AT_ONCE = 5
FILES_A_DAY = 50
BYTES_A_DAY = 200 * MEGABYTE


def accepts_upload(megabytes: int = 5, *, by_link: bool = False) -> Callable[[View], View]:
    """Let a page take in more than a form, from people who have signed in; with `by_link` also from
    whoever holds the personal link that the page's address names.

    On a view function, on a class-based view (with `method_decorator(…, name="dispatch")`), or on
    the method of a ModelAdmin that the admin wraps::

        @accepts_upload(megabytes=5)
        def import_action(self, request, **kwargs): ...
    """

    def declare(view: View) -> View:
        view.upload_bytes = megabytes * MEGABYTE  # type: ignore[attr-defined]
        view.upload_by_link = by_link  # type: ignore[attr-defined]
        return view

    return declare


def limit_of(view: Callable[..., Any]) -> int:
    """How many bytes this view takes from somebody who has signed in."""
    found = getattr(view, "upload_bytes", None)
    if found is None and (view_class := getattr(view, "view_class", None)):
        found = getattr(view_class.dispatch, "upload_bytes", None)
    return found or SIGNED_IN_BYTES
