"""The one module that knows django-unfold; replacing the staff site's dress is replacing this
file.
"""

from collections.abc import Callable
from functools import partial
from typing import cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import InvalidPage
from django.db import transaction
from django.db.models import Field, Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.contrib.import_export.forms import ExportForm
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminSelectMultipleWidget

from accounts.editing import KeyField, OnceFormMixin, VersionedFormMixin, key_of, once
from accounts.models import User
from accounts.moves import MoveRow
from accounts.plain_text import check_plain_text
from accounts.trail import Act
from accounts.trail_events import record_for
from files.privacy import is_personal

__all__ = [
    "DeskAdmin",
    "DeskInline",
    "ExportForm",
    "MoveInline",
    "RangeDateFilter",
    "ReadOnlyAdmin",
    "ReadOnlyInline",
    "action",
    "display",
]


class VersionedAdminForm(VersionedFormMixin, forms.ModelForm):
    """The form of a row that several people may edit: an edit that went stale shows both."""

    version = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self):
        cleaned = super().clean()
        for conflict in self.conflicts() if self.stale else []:
            text = _("{label}: saved is “{saved}”, you typed “{typed}”.")
            self.add_error(None, text.format(**conflict))
        return cleaned


class SeveralOf(UnfoldAdminSelectMultipleWidget):
    """A long list of which several may be chosen: those that are chosen stand first."""

    def optgroups(self, name, value, attrs=None):
        groups = super().optgroups(name, value, attrs)
        return sorted(groups, key=lambda group: not any(each["selected"] for each in group[1]))


class OnceAdminForm(OnceFormMixin, forms.ModelForm):
    """The form of a new row; its hidden key makes a second click harmless."""

    once = KeyField(widget=forms.HiddenInput, required=False)


class _NotAdded(Exception):
    """The form of a new row was refused: its key stays free."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.response = response


def _of_the_row(fields: list[str]) -> list[str]:
    """Without what the form itself declares: version and key are no fields of the row to edit."""
    return [name for name in fields if name not in {"version", "once"}]


class PlainFieldsMixin:
    """What staff type is plain as well: it stands in letters, mails and on everybody's pages."""

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if type(field) is forms.CharField:
            field.validators = [*field.validators, check_plain_text]
        return field


# What may follow the name of a declared filter in an address; never a further field.
COMPARISONS = {"exact", "in", "isnull", "gt", "gte", "lt", "lte", "year", "month", "day"}
COMPARISONS |= {"id__exact", "id__in"}


def _parameter_of(listed: object) -> str:
    """The name in the address of a filter, as `list_filter` declares it."""
    if isinstance(listed, tuple | list):
        listed = listed[0]
    return listed if isinstance(listed, str) else getattr(listed, "parameter_name", "")


class DeskAdmin(PlainFieldsMixin, ModelAdmin):
    """What every list of the staff desk has in common."""

    list_filter_submit = True
    list_fullwidth = True
    warn_unsaved_form = True
    show_full_result_count = False
    list_per_page = 50
    is_short = False  # a list that does not grow with the people: every column sorts

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """One row is read with the same relations as the list, which names them."""
        rows = super().get_queryset(request)
        named = self.list_select_related
        return rows.select_related(*named) if isinstance(named, list | tuple) and named else rows

    def get_sortable_by(self, request: HttpRequest) -> list[str]:
        """A long list sorts by what has an index, so that ten times the rows take no longer."""
        columns = list(self.get_list_display(request))
        if self.is_short:
            return columns
        return [name for name in columns if _is_indexed(self.model, name)]

    def get_form(self, request: HttpRequest, obj: Model | None = None, change=False, **kwargs):
        """A row is edited with its version and added with a key."""
        if change and self.has_change_permission(request, obj):
            kwargs.setdefault("form", VersionedAdminForm)
        elif not change and self.has_add_permission(request):
            kwargs.setdefault("form", OnceAdminForm)
        if "fields" not in kwargs:
            kwargs["fields"] = flatten_fieldsets(self.get_fieldsets(request, obj))
        if kwargs["fields"] is not None:
            kwargs["fields"] = _of_the_row(kwargs["fields"])
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list:
        """Version and key stand in the form also where its fields are named one by one."""
        fields = _of_the_row(list(super().get_fields(request, obj)))
        if obj is not None and self.has_change_permission(request, obj):
            fields.append("version")
        elif obj is None and self.has_add_permission(request):
            fields.append("once")
        return fields

    def formfield_for_choice_field(self, db_field: Field, request: HttpRequest, **kwargs):
        """Where several may be chosen, the list takes several: the package's takes one."""
        if not getattr(db_field, "multiple", False):
            return super().formfield_for_choice_field(db_field, request, **kwargs)
        kwargs["widget"] = SeveralOf(attrs={"size": 12, "class": "h-auto"})
        kwargs["choices"] = db_field.get_choices(include_blank=False)
        field = super().formfield_for_choice_field(db_field, request, **kwargs)
        how = gettext("Hold down “Control”, or “Command” on a Mac, to select more than one.")
        field.help_text = f"{field.help_text} {how}".strip()
        return field

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None):
        """A row that is being saved is locked first, so that its version is the latest."""
        found = super().get_object(request, object_id, from_field or None)
        if found and request.method == "POST" and transaction.get_connection().in_atomic_block:
            self.model._default_manager.select_for_update().get(pk=found.pk)
            found.refresh_from_db()
        return found

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict | None = None,
    ):
        """Of two clicks on one form of a new row, the second finds what the first has made."""
        show = partial(super().changeform_view, request, object_id, form_url, extra_context)
        if request.method != "POST" or object_id or not self.has_add_permission(request):
            return show()
        added: list[HttpResponse] = []
        opts = self.model._meta
        person = cast(User, request.user)  # the admin lets nobody else in

        def create() -> str:
            response = show()
            if response.status_code != 302:
                raise _NotAdded(response)
            added.append(response)
            return reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")

        try:
            address = once(person, key_of(request.POST), create)
        except _NotAdded as refused:
            return refused.response
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return HttpResponseRedirect(request.path)
        if added:
            return added[0]
        self.message_user(request, _("This form was sent already; nothing was made twice."))
        return HttpResponseRedirect(address)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only the filters that the list shows. Django allows every column of the row itself, and
        thereby finds out a hash, a token or a code in a mail letter by letter.
        """
        declared = [self.date_hierarchy, *map(_parameter_of, self.list_filter)]
        for name in filter(None, declared):
            if lookup == name or (
                lookup.startswith(f"{name}__") and lookup[len(name) + 2 :] in COMPARISONS
            ):
                return True
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None):
        """A filter typed into the address that is no number or date shows the list unfiltered."""
        try:
            return super().changelist_view(request, extra_context)
        except (ValueError, OverflowError):
            if request.method != "GET" or not request.GET:
                raise
            return HttpResponseRedirect(request.path)

    def change_view(self, request: HttpRequest, object_id: str, *args, **kwargs):
        """Opening a row that tells of a person leaves a record, whoever opens it."""
        response = super().change_view(request, object_id, *args, **kwargs)
        if request.method in {"GET", "HEAD"} and response.status_code == 200:
            row = response.context_data.get("original")
            if row is not None and is_personal(self.model):
                record_for(request, Act.READ, row)
        return response

    def history_view(self, request: HttpRequest, object_id: str, *args, **kwargs):
        """Who may not see a list learns nothing of which of its rows exist."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return super().history_view(request, object_id, *args, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nothing is deleted on the desk: rows are withdrawn, closed or ended, and stay
        readable.
        """
        return False


def _is_indexed(model: type[Model], name: str) -> bool:
    """Whether a column leads an index of its table; a relation sorts by another table."""
    columns = {field.name: field for field in model._meta.concrete_fields}
    field = columns.get(name)
    if field is None or field.is_relation:
        return False
    heads = {index.fields[0].lstrip("-") for index in model._meta.indexes if index.fields}
    return field.primary_key or field.unique or getattr(field, "db_index", False) or name in heads


class DeskInline(PlainFieldsMixin, TabularInline):
    """Rows that belong to the row above."""

    extra = 0
    show_change_link = False

    def get_formset(self, request: HttpRequest, obj: Model | None = None, **kwargs):
        """Each row is edited with its own version: it may have been changed on its own page."""
        if self.has_change_permission(request, obj):
            kwargs.setdefault("form", VersionedAdminForm)
        if "fields" not in kwargs:
            kwargs["fields"] = flatten_fieldsets(self.get_fieldsets(request, obj))
        if kwargs["fields"] is not None:
            kwargs["fields"] = _of_the_row(kwargs["fields"])
        return super().get_formset(request, obj, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list:
        fields = _of_the_row(list(super().get_fields(request, obj)))
        if self.has_change_permission(request, obj):
            fields.append("version")
        return fields

    def get_queryset(self, request: HttpRequest):
        """Rows that are being saved are locked first, so that their versions are the latest."""
        rows = super().get_queryset(request)
        if request.method == "POST" and transaction.get_connection().in_atomic_block:
            rows = rows.select_for_update(of=("self",))
        return rows

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs):
        """In a table the column's head is the label: a screen reader hears it at each field."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            field.widget.attrs["aria-label"] = str(field.label)
        return field

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class _ReadOnly:
    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class ReadOnlyAdmin(_ReadOnly, DeskAdmin):
    """A list to look at: histories, mails, letters, the change log."""


class ReadOnlyInline(_ReadOnly, DeskInline):
    """A history under its row."""

    def get_readonly_fields(self, request: HttpRequest, obj: object = None) -> list[str]:
        """All of them: a form would refuse the moments that nobody types."""
        return list(self.fields or super().get_readonly_fields(request, obj))


class MoveInline(ReadOnlyInline):
    """The moves of a row, with the words of its states."""

    fields = ["at", "by", "from_word", "to_word", "reason"]

    @admin.display(description=_("from"))
    def from_word(self, move: MoveRow) -> str:
        return self._word(move.from_state)

    @admin.display(description=_("to"))
    def to_word(self, move: MoveRow) -> str:
        return self._word(move.to_state)

    def _word(self, state: str) -> str:
        words = dict(self.parent_model._meta.get_field("state").flatchoices)
        return str(words.get(state, state))


def style_sheet(request: HttpRequest) -> str:
    """The portal's type and colours on unfold's pages."""
    return static("desk/desk.css")


def register(model: type, admin_class: type | None = None):
    """Register an admin class, replacing one that a package has registered before."""

    def decorate(admin_class: type):
        if admin.site.is_registered(model):
            admin.site.unregister(model)
        admin.site.register(model, admin_class)
        return admin_class

    return decorate(admin_class) if admin_class else decorate


def bearing_any_page(search: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Unfold's search answers a page that is no number, or beyond the last, with a fault."""

    def page(request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        try:
            return search(request, extra_context)
        except InvalidPage as error:
            raise Http404 from error

    return page


def script(request: HttpRequest) -> str:
    """What unfold's pages lack: a main landmark."""
    return static("desk/desk.js")
