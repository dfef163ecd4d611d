"""The covering letters of a relay: typed, looked at, made final, corrected, downloaded."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.editing import once
from accounts.models import Role, User
from accounts.trail import Act
from accounts.trail_events import record_for
from notices.pages import pdf_response

from ..addresses import relay_list
from ..forms import CorrectLetterForm, FinishLetterForm, RelayLetterForm, StartLetterForm
from ..models import RelayLetter
from ..relay_letters import (
    TEMPLATE,
    correct_letter,
    discard_letter,
    faults_of_letter,
    finish_letter,
    letter_content,
    possible_answers,
    printed_values,
    readers_of,
    start_letter,
)
from ..relaying import lock_round, start_round
from ..services import HostError
from .rounds import find_round, key_of_round


def letters_of(user: User):
    return RelayLetter.objects.visible_to(user).select_related(
        "round__survey__cycle__programme__operator",
        "round__relay__organisation",
        "replaces",
        "finalised_by",
    )


def find_letter(user: User, public_id: uuid.UUID, *, to_write: bool = False) -> RelayLetter:
    """A letter that this person may see; only officers of its relay write it."""
    found = get_object_or_404(letters_of(user), public_id=public_id)
    is_own = found.round.relay.organisation_id in user.organisation_ids(Role.RELAY)
    if to_write and not is_own:
        raise PermissionDenied
    return found


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def relay_letters(request: HttpRequest, programme: str, year: int, code: str) -> HttpResponse:
    """The letters of a round, and the buttons that begin another."""
    found = find_round(request.user, programme, year, code)
    status = 200
    if request.method == "POST":
        form = StartLetterForm(request.POST)
        if form.is_valid():

            def create() -> str:
                letter = start_letter(
                    start_round(found.survey, found.relay),
                    form.cleaned_data["direction"],
                    by=request.user,
                    on=timezone.localdate(),
                )
                return reverse("hosts:relay_letter", args=[letter.public_id])

            try:
                return redirect(once(request.user, form.cleaned_data["once"], create))
            except HostError as error:
                messages.error(request, str(error))
            except ValidationError as error:
                messages.error(request, " ".join(error.messages))
            return redirect("hosts:relay_letters", *key_of_round(found))
        messages.error(request, _("Choose which letter is to be written."))
        status = 422
    letters = letters_of(request.user).filter(round=found.pk) if found.pk else []
    context = {
        "round": found,
        "cycle": found.survey.cycle,
        "letters": letters,
        "starts": [
            StartLetterForm(initial={"direction": value}) for value in RelayLetter.Direction
        ],
        "is_open": found.survey.is_open,
    }
    return render(request, "hosts/relay_letters.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def relay_letter(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A draft to be typed; a final letter to be read, downloaded or corrected."""
    found = find_letter(request.user, public_id, to_write=True)
    if found.is_final or request.method != "POST":
        if request.method == "POST":
            messages.info(request, _("This letter is final. Nothing was changed."))
            return redirect("hosts:relay_letter", found.public_id)
        return _show(request, found, None)
    try:
        with transaction.atomic():
            lock_round(found.round)
            rows = RelayLetter.objects.select_for_update(of=("self",))
            found.refresh_from_db(from_queryset=rows)
            if found.is_final:
                raise HostError(_("This letter is final. Nothing was changed."))
            form = RelayLetterForm(
                request.POST, request.FILES, instance=found, possible=possible_answers(found)
            )
            if is_saved := form.is_valid():
                form.save()
    except HostError as error:
        messages.error(request, str(error))
        return redirect("hosts:relay_letter", found.public_id)
    except RelayLetter.DoesNotExist:
        messages.error(request, _("This draft was taken away meanwhile. Nothing was saved."))
        return redirect(relay_list(found.round.survey.cycle))
    if not is_saved:
        return _show(request, find_letter(request.user, public_id), form)
    messages.success(request, _("The draft was saved. It is not final yet."))
    return redirect("hosts:relay_letter", found.public_id)


def _show(request: HttpRequest, found: RelayLetter, form: RelayLetterForm | None) -> HttpResponse:
    status = 422 if form is not None else 200
    if form is None and not found.is_final:
        form = RelayLetterForm(instance=found, possible=possible_answers(found))
    context = {
        "letter": found,
        "round": found.round,
        "cycle": found.round.survey.cycle,
        "form": form,
        "faults": [] if found.is_final else faults_of_letter(found),
        "finish_form": FinishLetterForm(initial={"version": found.version}),
        "correct_form": CorrectLetterForm(),
        "people": [] if found.is_final else readers_of(found),
        "correction": RelayLetter.objects.visible_to(request.user).filter(replaces=found).first(),
        "conflicts": form.conflicts() if form is not None and form.is_bound and form.stale else [],
        "is_open": found.round.survey.is_open,
    }
    return render(request, "hosts/relay_letter.html", context, status=status)


@login_required
@require_safe
def relay_letter_preview(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The saved draft as it would be printed; nothing of it is kept."""
    found = find_letter(request.user, public_id, to_write=True)
    if found.is_final:
        return redirect("hosts:relay_letter_file", found.public_id)
    name = f"{_('Draft')} {found.number or found.subject}"
    return pdf_response(request, f"letters/{TEMPLATE}.ja.html", printed_values(found), name)


@login_required
@require_POST
def relay_letter_finish(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Make the letter final: its bytes are kept, its readers are mailed. A second click finds it
    final.
    """
    found = find_letter(request.user, public_id, to_write=True)
    form = FinishLetterForm(request.POST)
    if found.is_final:
        messages.info(request, _("This letter is final already. Nothing was done twice."))
    elif not form.is_valid():
        messages.error(request, _("Look at the letter once more, then make it final."))
    else:
        try:
            mailed = finish_letter(found, version=form.cleaned_data["version"], by=request.user)
        except HostError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _finished(mailed))
    return redirect("hosts:relay_letter", found.public_id)


def _finished(mailed: int) -> str:
    if not mailed:
        return _("The letter is final. No mail was sent.")
    return ngettext(
        "The letter is final. {n} person was mailed.",
        "The letter is final. {n} people were mailed.",
        mailed,
    ).format(n=mailed)


@login_required
@require_POST
def relay_letter_correct(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Begin the correction of a final letter; a second click leads to the same draft."""
    found = find_letter(request.user, public_id, to_write=True)
    try:
        draft = correct_letter(found, by=request.user)
    except HostError as error:
        messages.error(request, str(error))
        return redirect("hosts:relay_letter", found.public_id)
    return redirect("hosts:relay_letter", draft.public_id)


@login_required
@require_POST
def relay_letter_discard(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take a draft away; a final letter stays."""
    found = find_letter(request.user, public_id, to_write=True)
    try:
        discard_letter(found)
    except HostError as error:
        messages.error(request, str(error))
        return redirect("hosts:relay_letter", found.public_id)
    except RelayLetter.DoesNotExist:
        pass  # taken away by a first click
    else:
        messages.success(request, _("The draft was taken away."))
    return redirect("hosts:relay_letters", *key_of_round(found.round))


@login_required
@require_safe
def relay_letter_file(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The bytes of a final letter, for its relay, its addressees and the staff."""
    found = find_letter(request.user, public_id)
    return file_response(request, found)


def file_response(request: HttpRequest, letter: RelayLetter) -> HttpResponse:
    """The stored bytes, checked against their fingerprint, as a download that no cache keeps."""
    if not letter.is_final:
        messages.info(request, _("This letter is still a draft."))
        return redirect("hosts:relay_letter", letter.public_id)
    content = letter_content(letter)
    record_for(request, Act.DOWNLOAD, letter, digest=letter.sha256)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=f"{letter.number}.pdf"
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
