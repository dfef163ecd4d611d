"""One opening: its number, day and note; one more; one that is taken back."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.editing import in_words, once
from placements.models import Opening, Recruitment
from placements.offering import reaches, requests_to_offer
from placements.services import PlacementError, add_opening, change_opening, close_opening
from placements.services.recruitment import lock_opening, told_of, with_parts
from trainees.models import OverseasOffice

from .finding import context_of, desk_page, find_recruitment, person, place_of
from .forms import AddOpeningForm, CloseForm, OpeningForm


def _find(public_id: UUID) -> tuple[Opening, Recruitment]:
    opening = get_object_or_404(with_parts(Opening.objects.all()), public_id=public_id)
    cycle = opening.host_request.cycle
    recruitment = get_object_or_404(Recruitment, cycle=cycle)
    recruitment.cycle = cycle
    return opening, recruitment


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def recruitment_opening(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Change how many, until when, or the note; a published one is told to its office."""
    opening, recruitment = _find(public_id)
    form = OpeningForm(instance=opening)
    if request.method == "POST":
        try:
            with transaction.atomic():
                locked = lock_opening(opening)
                form = OpeningForm(request.POST, request.FILES, instance=locked)
                if form.is_valid():
                    change_opening(
                        opening,
                        quota=form.cleaned_data["quota"],
                        nominate_by=form.cleaned_data["nominate_by"],
                        note=form.cleaned_data["note"],
                        by=person(request),
                    )
        except PlacementError as error:
            form.add_error(None, str(error))
        if form.is_valid():
            messages.success(request, _("The opening was saved."))
            return redirect("desk:recruitment", *place_of(recruitment.cycle))
        opening, recruitment = _find(public_id)
    context = context_of(
        recruitment,
        opening=opening,
        form=form,
        conflicts=form.conflicts() if form.is_bound and form.stale else [],
        mailed=_mailed(opening),
    )
    status = 422 if form.is_bound else 200
    return render(request, "desk/recruitment_opening.html", context, status=status)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def recruitment_close(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take an opening back with a reason; its office is told."""
    opening, recruitment = _find(public_id)
    if opening.closed_at is not None:
        messages.info(request, _("This opening was closed already."))
        return redirect("desk:recruitment", *place_of(recruitment.cycle))
    form = CloseForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            close_opening(opening, reason=form.cleaned_data["reason"], by=person(request))
        except PlacementError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The opening was closed; nobody new can be nominated."))
            return redirect("desk:recruitment", *place_of(recruitment.cycle))
    context = context_of(
        recruitment,
        opening=opening,
        form=form,
        mailed=_mailed(opening),
        nominated=opening.nominations.count(),
    )
    status = 422 if form.errors else 200
    return render(request, "desk/recruitment_close.html", context, status=status)


def _mailed(opening: Opening) -> list:
    if opening.published_at is None:
        return []
    return [user for each in told_of([opening], timezone.localdate()) for user in each.people]


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def recruitment_add(request: HttpRequest, programme: str, year: int) -> HttpResponse:
    """Offer one more request to an office; sending the same form twice adds one."""
    found = find_recruitment(programme, year)
    today = timezone.localdate()
    offices = OverseasOffice.objects.filter(
        pk__in=[each.office.pk for each in reaches(today)]
    ).select_related("organisation")
    form = AddOpeningForm(
        request.POST if request.method == "POST" else None,
        requests=requests_to_offer(found.cycle),
        offices=offices,
        today=today,
    )
    if form.is_valid():
        values = dict(form.cleaned_data)
        key = values.pop("once")

        def create() -> str:
            add_opening(found, by=person(request), **values)
            messages.success(request, _("The opening was added."))
            return reverse("desk:recruitment", args=place_of(found.cycle))

        try:
            return redirect(once(person(request), key, create))
        except (PlacementError, ValidationError) as error:
            form.add_error(None, in_words(error))
    context = context_of(found, form=form)
    status = 422 if form.errors else 200
    return render(request, "desk/recruitment_add.html", context, status=status)
