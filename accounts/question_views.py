"""The pages of questions and answers."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from files.limits import FILE_MEGABYTES, FILES_AT_ONCE, accepts_upload
from files.received import FileRefused, response_for

from .editing import (
    autosave_answer,
    draft_of,
    drop_draft,
    initial_from,
    keep_draft,
    keeps_draft,
    once,
)
from .models import User
from .question_forms import EntryForm, QuestionForm, ReopenForm, ThreadFilterForm
from .questions import (
    Place,
    QuestionError,
    ask,
    close_question,
    may_close,
    people_of,
    place_of,
    reopen_question,
    write,
)
from .subjects import OPERATOR, Subject, subject_at, subject_of
from .threads import Thread, ThreadEntry, ThreadFile, ThreadState
from .trail import Act
from .trail_events import record_for

PER_PAGE = 50
MEGABYTES = FILES_AT_ONCE * FILE_MEGABYTES + 1


@login_required
@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """Every question that this person sees, the last written first."""
    form = ThreadFilterForm(request.GET)
    form.is_valid()
    show, words = form.cleaned_data.get("show", ""), form.cleaned_data.get("q", "")
    rows = Thread.objects.visible_to(request.user)
    if show == ThreadFilterForm.OURS:
        rows = rows.filter(pk__in=Thread.objects.waiting_for(request.user).values("pk"))
    elif show:
        rows = rows.filter(state=show)
    if words:
        rows = rows.filter(title__icontains=words)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "places": with_rows(page.object_list),
        "is_filtered": bool(show or words),
        "query": query.urlencode(),
        "today": timezone.localdate(),
    }
    return render(request, "accounts/questions.html", context)


def with_rows(threads: Iterable[Thread]) -> list[tuple[Thread, Place | None]]:
    """Each thread with what it is about, in one query for each kind."""
    found = list(threads)
    rows: dict[tuple[str, int], Any] = {}
    for kind in {thread.kind for thread in found}:
        if subject := subject_of(kind):
            wanted = [thread.subject_id for thread in found if thread.kind == kind]
            for row in subject.rows().filter(pk__in=wanted):
                rows[kind, row.pk] = row
    return [
        (thread, _placed(thread, rows.get((thread.kind, thread.subject_id)))) for thread in found
    ]


def _placed(thread: Thread, row: Any) -> Place | None:
    subject = subject_of(thread.kind)
    if subject is None or row is None:
        return None
    place = Place(thread, subject, row)
    # Names and titles are asked in the templates, which give no arguments.
    thread.about = subject.title(row)
    thread.asker_name = place.name(thread.asker)
    thread.addressee_name = place.name(thread.addressee)
    return place


def ask_draft(slug: str, public_id: uuid.UUID) -> str:
    """Under which name the typing of a new question is kept."""
    return f"accounts.question:{slug}:{public_id}"


def find_row(user: User, slug: str, public_id: uuid.UUID) -> tuple[Subject, Any]:
    """The row a question is to be asked about: one that this person sees, and takes part in."""
    subject = subject_at(slug)
    if subject is None:
        raise Http404
    visible = subject.visible_to(user).values("pk")
    row = get_object_or_404(subject.find(public_id).filter(pk__in=visible))
    if not subject.sides_of(user, row):
        raise Http404
    return subject, row


@accepts_upload(megabytes=MEGABYTES)
@keeps_draft(ask_draft)
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def question_ask(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """Ask another party of a row; the page says who gets a mail."""
    subject, row = find_row(request.user, slug, public_id)
    if not subject.is_open(row):
        messages.info(request, _("This cycle is over; nothing new can be asked or written."))
        return redirect(subject.address_for(request.user, row))
    name = ask_draft(slug, public_id)
    if request.method == "POST" and "forget" in request.POST:
        drop_draft(request.user, name)
        return redirect("accounts:question_ask", slug, public_id)
    side = subject.sides_of(request.user, row)[0]
    others = [party for party in subject.parties_of(row) if party.code != side.code]
    options = {"others": others, "row": row, "people": people_of(others, row)}
    if request.method != "POST":
        draft = draft_of(request.user, name)
        form = QuestionForm(initial=initial_from(draft, QuestionForm), **options)
        return _ask_page(request, subject, row, form, draft=draft)
    form = QuestionForm(request.POST, request.FILES, **options)
    if form.is_valid():
        values = dict(form.cleaned_data)
        key, files = values.pop("once"), values.pop("attachments")

        def create() -> str:
            thread = ask(subject, row, by=request.user, files=files, **values)
            messages.success(request, _("The question was asked."))
            return thread.get_absolute_url()

        try:
            address = once(request.user, key, create)
        except FileRefused as refused:
            form.add_error("attachments", str(refused))
        except QuestionError as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            drop_draft(request.user, name)
            return redirect(address)
    keep_draft(request.user, name, request.POST)
    return _ask_page(request, subject, row, form, status=422)


def _ask_page(
    request: HttpRequest,
    subject: Subject,
    row: Any,
    form: QuestionForm,
    *,
    draft: object = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "about": subject.title(row),
        "back": subject.address_for(request.user, row),
        "slug": subject.slug,
        "row": row,
        "draft": draft,
    }
    return render(request, "accounts/question_ask.html", context, status=status)


@keeps_draft(ask_draft)
@login_required
@require_POST
def question_ask_autosave(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """Keep what is being typed into a new question, for this person only."""
    find_row(request.user, slug, public_id)
    return autosave_answer(request, ask_draft(slug, public_id))


def entry_draft(public_id: uuid.UUID) -> str:
    """Under which name the typing into a question is kept."""
    return f"accounts.thread:{public_id}"


def find_place(user: User, public_id: uuid.UUID) -> Place:
    """A question that this person sees, with who takes part, in two queries."""
    rows = list(
        Thread.objects.visible_to(user)
        .filter(public_id=public_id)
        .select_related("opened_by")
        .annotate(party=F("parties__party"))
        .order_by("parties__pk")
    )
    place = place_of(rows[0], taking_part=[row.party for row in rows]) if rows else None
    if place is None:
        raise Http404
    return place


@accepts_upload(megabytes=MEGABYTES)
@keeps_draft(entry_draft)
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One question with all that was written on it, and the form to write more."""
    place = find_place(request.user, public_id)
    name = entry_draft(public_id)
    if request.method != "POST":
        draft = draft_of(request.user, name)
        return _question_page(request, place, draft=draft)
    if "forget" in request.POST:
        drop_draft(request.user, name)
        return redirect(place.thread)
    side = place.side_of(request.user)
    if side is None:
        raise PermissionDenied
    form = _entry_form(request, place, request.POST, request.FILES)
    if form is None:
        messages.error(request, _("Nothing can be written here any more."))
        return redirect(place.thread)
    if form.is_valid() and (address := _written(request, place, form)):
        drop_draft(request.user, name)
        return redirect(address)
    keep_draft(request.user, name, request.POST)
    return _question_page(request, place, form=form, status=422)


def _written(request: HttpRequest, place: Place, form: EntryForm) -> str:
    """Write the entry; empty where it was refused, with the fault in the form."""
    values = form.cleaned_data

    def create() -> str:
        entry = write(
            place,
            by=request.user,
            text=values["text"],
            for_party=values.get("for_party", ""),
            is_internal=values.get("is_internal", False),
            by_hand=form.by_hand(),
            settles=values.get("settles", False),
            files=values["attachments"],
        )
        messages.success(
            request,
            _("The internal note was added.") if entry.is_internal else _("Your text was added."),
        )
        return f"{place.thread.get_absolute_url()}#entry-{entry.public_id}"

    try:
        return once(request.user, values["once"], create)
    except FileRefused as refused:
        form.add_error("attachments", str(refused))
    except QuestionError as error:
        form.add_error(None, str(error))
    except ValidationError as error:
        form.add_error(None, error)
    return ""


def _entry_form(
    request: HttpRequest, place: Place, *sent: Any, people: dict | None = None, **kwargs: Any
) -> EntryForm | None:
    """The form for this person, None where nobody can write any more; staff can always note."""
    side = place.side_of(request.user)
    if side is None:
        return None
    is_over = not place.is_open or place.thread.state == ThreadState.CLOSED
    if is_over and not sent and side.code != OPERATOR:
        return None
    readers = place.readers(side)
    found = people_of(readers, place.row) if people is None else people
    return EntryForm(*sent, side=side, readers=readers, row=place.row, people=found, **kwargs)


def _question_page(
    request: HttpRequest,
    place: Place,
    *,
    form: EntryForm | None = None,
    reopen_form: ReopenForm | None = None,
    draft: Any = None,
    status: int = 200,
) -> HttpResponse:
    thread = place.thread
    if request.user.is_staff:
        record_for(request, Act.READ, thread)
    if form is None:
        form = _entry_form(request, place, initial=initial_from(draft, EntryForm))
    is_closed = thread.state == ThreadState.CLOSED
    side = place.side_of(request.user)
    context = {
        "thread": thread,
        "about": place.subject.title(place.row),
        "address": place.subject.address_for(request.user, place.row),
        "asker": place.name(thread.asker),
        "addressee": place.name(thread.addressee),
        "reading": [
            place.name(code)
            for code in place.taking_part
            if code not in {thread.asker, thread.addressee}
        ],
        "entries": _entries(request.user, place),
        "moves": [
            (move, ThreadState(move.to_state).label) for move in thread.moves.select_related("by")
        ],
        "form": form,
        "draft": draft,
        "is_over": not place.is_open,
        "may_close": not is_closed and may_close(place, request.user),
        "reopen_form": (reopen_form or ReopenForm())
        if is_closed and place.is_open and side is not None
        else None,
        "today": timezone.localdate(),
    }
    return render(request, "accounts/question.html", context, status=status)


def _entries(user: User, place: Place) -> list[ThreadEntry]:
    """The entries that this person sees, each with its files, in one query."""
    rows = (
        ThreadEntry.objects.visible_to(user)
        .filter(thread=place.thread)
        .select_related("by", "by_organisation")
        .annotate(
            file_id=F("files__public_id"),
            file_name=F("files__file__name"),
            file_size=F("files__file__size"),
        )
        .order_by("at", "pk", "files__pk")
    )
    found: dict[int, Any] = {}
    for row in rows:
        entry = found.setdefault(row.pk, row)
        if entry is row:
            entry.kept = []
            entry.office = str(row.by_organisation or place.name(row.by_party))
            entry.reader = place.name(row.for_party) if row.for_party else ""
        if row.file_id:
            entry.kept.append({"id": row.file_id, "name": row.file_name, "size": row.file_size})
    return list(found.values())


@keeps_draft(entry_draft)
@login_required
@require_POST
def question_autosave(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Keep what is being typed into a question, for this person only."""
    find_place(request.user, public_id)
    return autosave_answer(request, entry_draft(public_id))


@login_required
@require_POST
def question_close(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Nothing more is wanted; a second click finds it closed."""
    place = find_place(request.user, public_id)
    if not may_close(place, request.user):
        raise PermissionDenied
    close_question(place, by=request.user)
    messages.success(request, _("The question is closed."))
    return redirect(place.thread)


@login_required
@require_POST
def question_reopen(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask again, with what is still missing; a second click finds it open."""
    place = find_place(request.user, public_id)
    form = ReopenForm(request.POST)
    if place.thread.state != ThreadState.CLOSED:
        return redirect(place.thread)
    if form.is_valid():
        try:
            reopen_question(place, by=request.user, reason=form.cleaned_data["reason"])
        except QuestionError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The question is open again."))
        return redirect(place.thread)
    return _question_page(request, place, reopen_form=form, status=422)


@login_required
@require_safe
def question_file(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A file of an entry, for whoever sees the entry at this moment."""
    rows = ThreadFile.objects.visible_to(request.user).select_related("file")
    found = get_object_or_404(rows, public_id=public_id)
    record_for(request, Act.DOWNLOAD, found.file, digest=found.file.sha256)
    return response_for(found.file)


def ask_address(subject: Subject, row: Any) -> str:
    return reverse("accounts:question_ask", args=[subject.slug, row.public_id])
