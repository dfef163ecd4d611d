"""The one module that knows django-unfold; replacing the staff site's dress is replacing this
file.
"""

from collections.abc import Callable

from django import forms
from django.contrib import admin
from django.core.paginator import InvalidPage
from django.db import transaction
from django.db.models import Field, Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.contrib.import_export.forms import ExportForm
from unfold.decorators import action, display

from accounts.editing import VersionedFormMixin
from accounts.models import Versioned
from accounts.moves import MoveRow
from accounts.plain_text import check_plain_text

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

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean(self):
        cleaned = super().clean()
        for conflict in self.conflicts() if self.stale else []:
            text = _("{label}: saved is “{saved}”, you typed “{typed}”.")
            self.add_error(None, text.format(**conflict))
        return cleaned


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

    def get_form(self, request: HttpRequest, obj: Model | None = None, change=False, **kwargs):
        """A versioned row is edited with its version."""
        if change and issubclass(self.model, Versioned):
            kwargs.setdefault("form", VersionedAdminForm)
        return super().get_form(request, obj, change=change, **kwargs)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None):
        """A row that is being saved is locked first, so that its version is the latest."""
        found = super().get_object(request, object_id, from_field)
        if found and request.method == "POST" and transaction.get_connection().in_atomic_block:
            self.model._default_manager.select_for_update().get(pk=found.pk)
            found.refresh_from_db()
        return found

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

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nothing is deleted on the desk: rows are withdrawn, closed or ended, and stay
        readable.
        """
        return False


class DeskInline(PlainFieldsMixin, TabularInline):
    """Rows that belong to the row above."""

    extra = 0
    show_change_link = False

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
