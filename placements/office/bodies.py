"""The register of an office: agencies, overseas local governments, their people, the talks."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, OuterRef, Q, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.editing import key_of, once
from accounts.models import Organisation
from trainees.models import Contact, ContactLog, SendingGovernment

from ..models import Forwarding
from .body_forms import (
    AgencyForm,
    BodyForm,
    ContactForm,
    GovernmentForm,
    TalkForm,
    country_field,
)
from .finding import Body, countries_of, find_body, office_page

ROWS = 50
SHOWN = 100
FORMS: dict[str, type[BodyForm]] = {"agency": AgencyForm, "government": GovernmentForm}


class SearchForm(forms.Form):
    """Which bodies are shown."""

    q = forms.CharField(label=pgettext_lazy("body abroad", "Name"), max_length=100, required=False)

    def __init__(self, *args, codes: list[str], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["country"] = country_field(codes)
        self.fields["country"].required = False
        named = list(self.fields["country"].choices)[1:]
        self.fields["country"].choices = [("", gettext_lazy("all countries")), *named]


@office_page
@require_safe
def bodies(request: HttpRequest) -> HttpResponse:
    """The bodies of the countries that the office looks after today."""
    codes = countries_of(request.user)
    form = SearchForm(request.GET or None, codes=codes)
    wanted = Q(agency__country__in=codes) | Q(sending_government__country__in=codes)
    if form.is_valid():
        if name := form.cleaned_data["q"].strip():
            wanted &= (
                Q(name_en__icontains=name)
                | Q(name_ja__icontains=name)
                | Q(agency__name_local__icontains=name)
                | Q(sending_government__name_local__icontains=name)
            )
        if country := form.cleaned_data["country"]:
            wanted &= Q(agency__country=country) | Q(sending_government__country=country)
    last = ContactLog.objects.filter(organisation=OuterRef("pk")).order_by("-happened_on", "-pk")
    rows = (
        Organisation.objects.filter(wanted)
        .select_related("agency", "sending_government__agency__organisation")
        .annotate(
            people=Count("contacts", filter=Q(contacts__left_on=None), distinct=True),
            talked_on=Subquery(last.values("happened_on")[:1]),
        )
        .order_by("name_en", "pk")
    )
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    for row in page.object_list:
        row.profile = row.agency if hasattr(row, "agency") else row.sending_government
    context = {
        "page": page,
        "form": form,
        "countries": codes,
        "is_filtered": any(request.GET.get(name) for name in ("q", "country")),
    }
    return render(request, "placements/office/bodies.html", context)


@login_required
@require_safe
def body(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One body with its people, the talks with it and what was handed on to it."""
    found = find_body(request.user, public_id)
    organisation = found.organisation
    context = {
        "body": found,
        "contacts": list(organisation.contacts.order_by("left_on", "name", "pk")),
        "talks": list(organisation.contact_log.select_related("contact", "by")[:SHOWN]),
        "forwardings": list(
            Forwarding.objects.visible_to(request.user)
            .filter(organisation=organisation)
            .select_related(
                "opening__host_request__answer__government__organisation",
                "opening__host_request__answer__government__prefecture__organisation",
                "opening__host_request__answer__survey__cycle",
            )[:SHOWN]
        ),
        "reached": list(
            SendingGovernment.objects.visible_to(request.user)
            .filter(agency=found.profile)
            .select_related("organisation")
        )
        if found.is_agency
        else [],
    }
    return render(request, "placements/office/body.html", context)


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def body_add(request: HttpRequest, kind: str) -> HttpResponse:
    """Enter an agency or an overseas local government; sending it twice enters one."""
    form_class = FORMS.get(kind)
    if form_class is None:
        raise Http404
    model = form_class._meta.model
    codes = countries_of(request.user)
    form = form_class(request.POST or None, instance=model(), codes=codes)
    if request.method == "POST":

        def create() -> str:
            if not form.is_valid():
                raise _Faulty
            row = form.save_body(form.kind_of_body)
            return reverse("recruitment:body", args=[row.organisation.public_id])

        if address := _once(request, form, create):
            messages.success(request, _("The body was entered."))
            return redirect(address)
    context = {"form": form, "kind": kind, "conflicts": []}
    status = 422 if form.errors else 200
    return render(request, "placements/office/body_form.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def body_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Change names, country or agency; an edit that went stale shows both versions."""
    found = find_body(request.user, public_id)
    kind = "agency" if found.is_agency else "government"
    form_class, codes = FORMS[kind], countries_of(request.user)
    form = form_class(instance=found.profile, codes=codes)
    if request.method == "POST":
        with transaction.atomic():
            model = type(found.profile)
            rows = model._default_manager.select_for_update(of=("self",))
            row = rows.select_related("organisation").get(pk=found.profile.pk)
            form = form_class(request.POST, instance=row, codes=codes)
            if form.is_valid():
                form.save_body(form.kind_of_body)
                messages.success(request, _("The entry was saved."))
                return redirect("recruitment:body", public_id)
    context = {
        "form": form,
        "kind": kind,
        "body": found,
        "conflicts": form.conflicts() if form.is_bound and form.stale else [],
    }
    status = 422 if form.is_bound else 200
    return render(request, "placements/office/body_form.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def contact_add(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Enter a person of a body; sending it twice enters one."""
    found = find_body(request.user, public_id)
    instance = Contact(organisation=found.organisation)
    form = ContactForm(request.POST or None, instance=instance)
    is_sent = request.method == "POST"
    if is_sent and (address := _once(request, form, lambda: _save(form, found))):
        messages.success(request, _("The contact was entered."))
        return redirect(address)
    return _contact_page(request, found, form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Change what is known of a person, or say that they have left."""
    row = get_object_or_404(
        Contact.objects.visible_to(request.user).select_related("organisation"),
        public_id=public_id,
    )
    found = find_body(request.user, row.organisation.public_id)
    form = ContactForm(instance=row)
    if request.method == "POST":
        with transaction.atomic():
            locked = Contact.objects.select_for_update().get(pk=row.pk)
            form = ContactForm(request.POST, instance=locked)
            if form.is_valid():
                form.save()
                messages.success(request, _("The contact was saved."))
                return redirect("recruitment:body", found.organisation.public_id)
    return _contact_page(request, found, form, row)


def _contact_page(
    request: HttpRequest, found: Body, form: ContactForm, row: Contact | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "body": found,
        "contact": row,
        "conflicts": form.conflicts() if row and form.is_bound and form.stale else [],
    }
    status = 422 if form.is_bound else 200
    return render(request, "placements/office/contact.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def talk_add(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Note a call, a letter or a visit; what was written stays."""
    found = find_body(request.user, public_id)
    row = ContactLog(organisation=found.organisation, by=request.user)
    form = TalkForm(
        request.POST or None,
        instance=row,
        organisation=found.organisation,
        initial={"happened_on": timezone.localdate(), "channel": ContactLog.Channel.CALL},
    )
    is_sent = request.method == "POST"
    if is_sent and (address := _once(request, form, lambda: _save(form, found))):
        messages.success(request, _("The talk was noted."))
        return redirect(address)
    context = {"form": form, "body": found}
    status = 422 if form.errors else 200
    return render(request, "placements/office/talk.html", context, status=status)


class _Faulty(Exception):
    """The form has faults, which stand at its fields; nothing was saved."""


def _save(form: forms.ModelForm, found: Body) -> str:
    if not form.is_valid():
        raise _Faulty
    form.save()
    return reverse("recruitment:body", args=[found.organisation.public_id])


def _once(request: HttpRequest, form: forms.BaseForm, create) -> str:
    """Make it unless this form was sent before; nothing where it has faults. The form is checked
    within: what a first click has entered is no fault of the second.
    """
    try:
        return once(request.user, key_of(request.POST), create)
    except _Faulty:
        return ""
    except ValidationError as error:
        form.add_error(None, error)
        return ""
