"""Spreadsheets out of the staff desk: no cell of them is live."""

from import_export import resources
from import_export.fields import Field

from hosts.models import HostRequest, LocalGovernment
from trainees.models import Application

LIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def dead(value: object) -> object:
    """A text that a spreadsheet would run as a formula gets an apostrophe before it; all else
    stays.
    """
    if isinstance(value, str) and value.lstrip(" \u3000").startswith(LIVE):
        return f"'{value}"
    return value


class DeadResource(resources.ModelResource):
    """Exports in which no typed text becomes a formula."""

    def export_field(self, field: Field, instance: object, **kwargs) -> object:
        return dead(super().export_field(field, instance, **kwargs))


class LocalGovernmentResource(DeadResource):
    prefecture_name = Field("prefecture__name", column_name="prefecture_name")

    class Meta:
        model = LocalGovernment
        fields = ("code", "kind", "prefecture_name", "name", "kana", "romaji", "valid_until")
        export_order = fields


class HostRequestResource(DeadResource):
    government_code = Field("answer__government__code", column_name="government_code")
    government_name = Field("answer__government__name", column_name="government_name")
    fiscal_year = Field("answer__survey__cycle__fiscal_year", column_name="fiscal_year")
    theme_ja = Field("training_programme__theme_ja", column_name="theme_ja")
    theme_en = Field("training_programme__theme_en", column_name="theme_en")

    class Meta:
        model = HostRequest
        fields = (
            "fiscal_year",
            "government_code",
            "government_name",
            "state",
            "field",
            "number",
            "route",
            "language",
            "level",
            "starts_on",
            "ends_on",
            "theme_ja",
            "theme_en",
        )
        export_order = fields


class ApplicationResource(DeadResource):
    fiscal_year = Field("cycle__fiscal_year", column_name="fiscal_year")
    passport_name = Field("trainee__passport_name", column_name="passport_name")
    nationality = Field("trainee__nationality", column_name="nationality")
    sending_government = Field(
        "sending_government__organisation__name_en", column_name="sending_government"
    )

    class Meta:
        model = Application
        fields = (
            "fiscal_year",
            "number",
            "state",
            "passport_name",
            "nationality",
            "sending_government",
            "field",
            "second_field",
            "english_level",
            "japanese_level",
        )
        export_order = fields
