"""Training programmes with their units, who teaches them, and what the trainee gives."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from hosts.models import Contribution, TrainingProgramme, TrainingUnit
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
        *("name_ja", "name_en", "contents_ja", "contents_en", "is_practical", "where", "contact"),
        *("teachers", "first_week", "weeks", "hours_per_week", "when"),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """With the instructors of all units, in the one query."""
        return super().get_queryset(request).with_instructors()

    @admin.display(description=gettext_lazy("training site"))
    def where(self, unit: TrainingUnit) -> str:
        kind = unit.get_site_kind_display()
        names = " / ".join(filter(None, [unit.site_name, unit.site_name_en]))
        return "　".join(filter(None, [kind, names, unit.postal_code, unit.address]))

    @admin.display(description=gettext_lazy("contact"))
    def contact(self, unit: TrainingUnit) -> str:
        words = [unit.contact_name, unit.contact_telephone, unit.contact_email]
        return "　".join(filter(None, words)) or "―"

    @admin.display(description=gettext_lazy("instructors of the unit"))
    def teachers(self, unit: TrainingUnit) -> str:
        said = []
        for person in unit.people:
            years = ""
            if person.years is not None:
                words = ngettext("{n} year", "{n} years", person.years)
                years = words.format(n=person.years)
            full_time = _("full-time staff") if person.is_full_time else ""
            told = [person.name, person.post_ja, person.post_en, years, full_time]
            said.append("　".join(filter(None, told)))
        return pgettext("between names", ", ").join(said) or "―"


class ContributionInline(PartInline):
    model = Contribution
    fields = [
        *("kind", "what_ja", "what_en", "aim_ja", "aim_en", "place_ja", "place_en"),
        *("hours_per_week", "when"),
    ]


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
    inlines = [TrainingUnitInline, ContributionInline]

    @admin.display(description=gettext_lazy("theme of the training"))
    def theme(self, programme: TrainingProgramme) -> str:
        return programme.theme or "―"

    @admin.display(description=gettext_lazy("local government"))
    def government_name(self, programme: TrainingProgramme) -> str:
        return programme.host_request.government.full_name

    @admin.display(description=gettext_lazy("fiscal year"))
    def cycle_year(self, programme: TrainingProgramme) -> str:
        return programme.host_request.cycle.year_label
