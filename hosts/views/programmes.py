"""A training programme to read: its pictures, its texts in both languages, its versions."""

import uuid

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.editing import (
    autosave_answer,
    draft_of,
    drop_draft,
    keep_draft,
    keeps_draft,
)
from accounts.models import FormDraft

from ..forms.texts import TextsForm
from ..models import HostRequest, ProgrammeVersion
from ..outline import Outline, outline_of
from ..permissions import can_edit
from ..programme_versions import differences, outline_of_version
from ..services import HostError
from ..texts import untranslated
from ..timetable import week_picture, year_picture
from ..translating import (
    can_translate,
    is_draft,
    lock_for_texts,
    needs_reason,
    save_texts,
)
from .answers import no_longer_kept
from .finding import find_request

MOST_NUMBER = 32_767


class ReadingForm(forms.Form):
    """Which week, and which version, is looked at."""

    week = forms.IntegerField(min_value=1, max_value=MOST_NUMBER, required=False)
    version = forms.IntegerField(min_value=1, max_value=MOST_NUMBER, required=False)


class ComparisonForm(forms.Form):
    """Which two versions are compared."""

    before = forms.IntegerField(min_value=1, max_value=MOST_NUMBER, required=False)
    after = forms.IntegerField(min_value=1, max_value=MOST_NUMBER, required=False)


@login_required
@require_safe
def programme(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The programme in the reader's language, as it is now or as a version kept it."""
    found = find_request(request.user, public_id)
    asked = ReadingForm(request.GET)
    if not asked.is_valid():
        raise Http404
    version = None
    if number := asked.cleaned_data["version"]:
        version = _version(request, found, number)
    outline = outline_of_version(found, version) if version else outline_of(found)
    week = min(asked.cleaned_data["week"] or outline.first_whole_week, max(outline.weeks, 1))
    context = {
        **_head(found),
        "outline": outline,
        "programme": outline.programme,
        "version": version,
        "year": year_picture(outline),
        "week": week_picture(outline, week),
        "weeks": range(1, outline.weeks + 1),
        "untranslated": untranslated(outline),
        "may_translate": version is None and can_translate(request.user, found),
    }
    return render(request, "hosts/programme.html", context)


@login_required
@require_safe
def programme_versions(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Every version of the programme, and in what two of them differ: else the last two."""
    found = find_request(request.user, public_id)
    asked = ComparisonForm(request.GET)
    if not asked.is_valid():
        raise Http404
    rows = ProgrammeVersion.objects.visible_to(request.user)
    versions = list(rows.filter(training_programme=found.training_programme).select_related("by"))
    known = {version.number: version for version in versions}
    numbers = sorted(known)
    after = asked.cleaned_data["after"] or (numbers[-1] if numbers else None)
    before = asked.cleaned_data["before"] or (numbers[-2] if len(numbers) > 1 else None)
    if any(number is not None and number not in known for number in (before, after)):
        raise Http404
    pair = (known[before], known[after]) if before and after else None
    context = {
        **_head(found),
        "versions": versions,
        "pair": pair,
        "differences": differences(pair[0].contents, pair[1].contents) if pair else [],
    }
    return render(request, "hosts/programme_versions.html", context)


def draft_name(public_id: uuid.UUID) -> str:
    """Under which name a person's unsaved typing is kept."""
    return f"hosts.programme_texts:{public_id}"


@keeps_draft(draft_name)
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def programme_texts(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Japanese and English side by side, saved together. Once sent, a change is a new version."""
    found = find_request(request.user, public_id)
    if not can_translate(request.user, found):
        raise PermissionDenied
    name = draft_name(found.public_id)
    if request.method != "POST":
        draft = draft_of(request.user, name)
        form = _texts_form(found, _with_rows(found))
        if draft is not None:
            form.initial = {key: values[-1] for key, values in draft.values.items() if values}
        return _show_texts(request, found, form, draft=draft)
    if "forget" in request.POST:
        drop_draft(request.user, name)
        return redirect("hosts:programme_texts", found.public_id)
    with transaction.atomic():
        try:
            locked = lock_for_texts(found, by=request.user)
        except HostError as error:
            messages.error(request, str(error))
            return redirect("hosts:programme", found.public_id)
        form = _texts_form(locked, _with_rows(locked), request)
        number = _save(request, locked, form) if form.is_valid() else None
    if number is None:
        keep_draft(request.user, name, request.POST)
        return _show_texts(request, found, form)
    drop_draft(request.user, name)
    text = ngettext("{n} text was saved.", "{n} texts were saved.", number).format(n=number)
    messages.success(request, text if number else _("Nothing was changed."))
    return redirect("hosts:programme_texts", found.public_id)


@keeps_draft(draft_name)
@login_required
@require_POST
def programme_texts_autosave(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Keep what is being typed into the texts, for this person only; nothing is saved."""
    found = find_request(request.user, public_id)
    if not can_translate(request.user, found):
        if can_edit(request.user, found.answer):
            return no_longer_kept()
        raise PermissionDenied
    return autosave_answer(request, draft_name(found.public_id))


def _save(request: HttpRequest, found: HostRequest, form: TextsForm) -> int | None:
    try:
        reason = form.cleaned_data.get("reason", "")
        pairs = [pair for group in form.groups for pair in group.pairs]
        return save_texts(found, pairs, form.texts(), by=request.user, reason=reason)
    except HostError as error:
        form.add_error("reason" if "reason" in form.fields else None, str(error))
    return None


def _with_rows(found: HostRequest) -> Outline:
    """The programme with its instructors as rows that can be saved."""
    programme = found.training_programme
    units = list(programme.units.prefetch_related("instructors"))
    outline = outline_of(found, units)
    outline.contributions = list(programme.contributions.all())
    return outline


def _texts_form(
    found: HostRequest, outline: Outline, request: HttpRequest | None = None
) -> TextsForm:
    sent = (request.POST, request.FILES) if request else (None, None)
    return TextsForm(*sent, outline=outline, asks_reason=not is_draft(found))


def _show_texts(
    request: HttpRequest, found: HostRequest, form: TextsForm, *, draft: FormDraft | None = None
) -> HttpResponse:
    pairs = [pair for group in form.groups for pair in group.pairs]
    rows = form.conflicts() if draft is not None else []
    context = {
        **_head(found),
        "form": form,
        "parts": form.rows(),
        "untranslated": sum(pair.is_untranslated for pair in pairs),
        "all_texts": sum(bool(pair.japanese.strip()) for pair in pairs),
        "conflicts": form.conflicts() if form.stale else [],
        "restored": {"at": draft.saved_at, "differences": rows} if draft and rows else None,
        "makes_version": not is_draft(found),
        "reason_needed": needs_reason(found),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "hosts/programme_texts.html", context, status=status)


def _version(request: HttpRequest, found: HostRequest, number: int) -> ProgrammeVersion:
    rows = ProgrammeVersion.objects.visible_to(request.user)
    version = rows.filter(training_programme=found.training_programme, number=number).first()
    if version is None:
        raise Http404
    return version


def _head(found: HostRequest) -> dict[str, object]:
    return {"host_request": found, "answer": found.answer, "cycle": found.cycle}
