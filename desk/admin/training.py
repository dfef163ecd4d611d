"""Training programmes with their units, who teaches them, and what the trainee gives."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from hosts.models import Contribution, TrainingProgramme, TrainingUnit, UnitInstructor
from hosts.models.units import Part

from ..base import ReadOnlyAdmin, ReadOnlyInline, register


class PartInline(ReadOnlyInline):
    """Rows with what belongs together in one column: there are more columns than a page is wide."""

    @admin.display(description=pgettext_lazy("part of a programme", "when"))
    def when(self, part: Part) -> str:
        hours = ""
        if part.starts_at and part.ends_at:
            hours = f"{part.starts_at:%H:%M}–{part.ends_at:%H:%M}"
        return " ".join(filter(None, [part.days_words, hours])) or "―"


class TrainingUnitInline(PartInline):
    model = TrainingUnit
    fields = [
        *("names", "contents", "is_practical", "where", "contact", "teachers"),
        *("first_week", "weeks", "hours_per_week", "when"),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """With the instructors of all units, in the one query."""
        return super().get_queryset(request).with_instructors()

    @admin.display(description=gettext_lazy("name"))
    def names(self, unit: TrainingUnit) -> str:
        return _lines(unit.name_ja, unit.name_en)

    @admin.display(description=gettext_lazy("contents"))
    def contents(self, unit: TrainingUnit) -> str:
        return _lines(unit.contents_ja, unit.contents_en)

    @admin.display(description=gettext_lazy("training site"))
    def where(self, unit: TrainingUnit) -> str:
        place = " ".join(filter(None, [unit.postal_code, unit.address]))
        return _lines(unit.get_site_kind_display(), unit.site_name, unit.site_name_en, place)

    @admin.display(description=gettext_lazy("contact"))
    def contact(self, unit: TrainingUnit) -> str:
        return _lines(unit.contact_name, unit.contact_telephone, unit.contact_email)

    @admin.display(description=gettext_lazy("instructors of the unit"))
    def teachers(self, unit: TrainingUnit) -> str:
        return _lines(*[_in_words(person) for person in unit.people])


class ContributionInline(PartInline):
    model = Contribution
    fields = ["kind", "what", "aim", "place", "hours_per_week", "when"]

    @admin.display(description=gettext_lazy("what the trainee does"))
    def what(self, given: Contribution) -> str:
        return _lines(given.what_ja, given.what_en)

    @admin.display(description=pgettext_lazy("part of a programme", "aim"))
    def aim(self, given: Contribution) -> str:
        return _lines(given.aim_ja, given.aim_en)

    @admin.display(description=pgettext_lazy("part of a programme", "place"))
    def place(self, given: Contribution) -> str:
        return _lines(given.place_ja, given.place_en)


def _in_words(person: UnitInstructor) -> str:
    """An instructor on one line: who, in what post, since how many years."""
    years = ""
    if person.years is not None:
        years = ngettext("{n} year", "{n} years", person.years).format(n=person.years)
    full_time = _("full-time staff") if person.is_full_time else ""
    told = [person.name, person.post_ja, person.post_en, years, full_time]
    return "　".join(filter(None, told))


def _lines(*words: str) -> str:
    """Each of the words there are on a line of its own."""
    said = format_html_join(mark_safe("<br>"), "{}", ((each,) for each in words if each))
    return said or "―"


@register(TrainingProgramme)
class TrainingProgrammeAdmin(ReadOnlyAdmin):
    """The whole programme of a request, to read; it is written on the pages of its host."""

    ordering = ["-pk"]
    list_display = ["theme", "government_name", "cycle_year", "taught_in", "starts_on"]
    list_filter = ["taught_in", "host_request__answer__survey__cycle__fiscal_year"]
    list_select_related = [
        "host_request__answer__government__organisation",
        "host_request__answer__government__prefecture__organisation",
        "host_request__answer__survey__cycle__programme",
    ]
    search_fields = ["theme_ja", "theme_en", "host_request__answer__government__search"]
    fields = [
        *("host_request", "theme_ja", "theme_en", "aim_ja", "aim_en", "starts_on"),
        *("day_starts_at", "day_ends_at", "break_minutes", "free_days", "keeps_holidays"),
        *("taught_in", "support_ja", "support_en"),
    ]
    inlines = [TrainingUnitInline, ContributionInline]

    @admin.display(description=gettext_lazy("days off"))
    def free_days(self, programme: TrainingProgramme) -> str:
        return programme.days_off_words or "―"

    @admin.display(description=gettext_lazy("theme of the training"))
    def theme(self, programme: TrainingProgramme) -> str:
        return programme.theme or "―"

    @admin.display(description=gettext_lazy("local government"))
    def government_name(self, programme: TrainingProgramme) -> str:
        return programme.host_request.government.full_name

    @admin.display(description=gettext_lazy("fiscal year"))
    def cycle_year(self, programme: TrainingProgramme) -> str:
        return programme.host_request.cycle.year_label
