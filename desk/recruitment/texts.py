"""What the recruitment says: in Japanese and English, and in further languages."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.editing import in_words, key_of, once
from files.limits import FILE_MEGABYTES, accepts_upload
from files.received import FileRefused, store
from placements.models import Recruitment, RecruitmentText
from schedule.models import Cycle

from .finding import context_of, desk_page, find_recruitment, person, place_of
from .forms import FurtherTextForm, RecruitmentForm

PURPOSE = "recruitment"


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def recruitment_text(request: HttpRequest, programme: str, year: int) -> HttpResponse:
    """The text in both languages, and the rule for people who are nominated already."""
    found = find_recruitment(programme, year)
    form = RecruitmentForm(instance=found)
    if request.method == "POST":
        with transaction.atomic():
            locked = Recruitment.objects.select_for_update().get(pk=found.pk)
            form = RecruitmentForm(request.POST, request.FILES, instance=locked)
            _check_open(form, found)
            if form.is_valid():
                form.save()
                messages.success(request, _("The text was saved."))
                return redirect("desk:recruitment", programme, year)
        found = find_recruitment(programme, year)
    stale = form.conflicts() if form.is_bound and form.stale else []
    context = context_of(found, form=form, conflicts=stale)
    status = 422 if form.is_bound else 200
    return render(request, "desk/recruitment_text.html", context, status=status)


def _check_open(form: RecruitmentForm | FurtherTextForm, found: Recruitment) -> None:
    if found.cycle.state != Cycle.State.OPEN:
        form.add_error(None, _("This cycle is not open."))


@accepts_upload(megabytes=FILE_MEGABYTES + 1)
@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def recruitment_text_add(request: HttpRequest, programme: str, year: int) -> HttpResponse:
    """The text in one more language, typed or as a file; sending it twice adds one."""
    found = find_recruitment(programme, year)
    form = FurtherTextForm(recruitment=found)
    if request.method == "POST":
        form = FurtherTextForm(request.POST, request.FILES, recruitment=found)
        try:
            return redirect(
                once(person(request), key_of(request.POST), lambda: _add(form, found, request))
            )
        except FileRefused as error:
            form.add_error("upload", str(error))
        except _Faulty:
            pass  # its faults stand at the fields
        except ValidationError as error:
            form.add_error(None, in_words(error))
    context = context_of(found, form=form)
    status = 422 if form.is_bound else 200
    return render(request, "desk/recruitment_text_add.html", context, status=status)


class _Faulty(Exception):
    """The form has faults, which stand at its fields; nothing was saved."""


@transaction.atomic
def _add(form: FurtherTextForm, found: Recruitment, request: HttpRequest) -> str:
    _check_open(form, found)
    if not form.is_valid():
        raise _Faulty
    row: RecruitmentText = form.save(commit=False)
    row.recruitment = found
    if upload := form.cleaned_data.get("upload"):
        row.file = store(upload, by=person(request), purpose=PURPOSE)
    row.save()
    return reverse("desk:recruitment", args=place_of(found.cycle))


@desk_page
@require_POST
def recruitment_text_remove(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take the text in a further language out again, and its file with it."""
    rows = RecruitmentText.objects.select_related("recruitment__cycle__programme", "file")
    row = get_object_or_404(rows, public_id=public_id)
    cycle = row.recruitment.cycle
    if cycle.state != Cycle.State.OPEN:
        messages.error(request, _("This cycle is not open."))
    else:
        with transaction.atomic():
            row.delete()
            if row.file:
                row.file.delete()
        messages.success(
            request, _("The text in {language} was taken out.").format(language=row.language)
        )
    return redirect("desk:recruitment", *place_of(cycle))
