"""The sheets of a training programme: its texts and hours, units, instructors, contributions."""

from collections.abc import Iterator
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from japan.dates import fiscal_year_end, fiscal_year_start

from ...models import Contribution, HostRequest, TrainingProgramme, TrainingUnit, UnitInstructor
from ..columns import Postal, Weekdays, col
from ..parts import GOVERNMENT, GOVERNMENT_NAME, REQUEST_NO, UNIT_NO, Part, one_of

HOURS = (("starts_at", "ends_at"),)


class Programmes(Part):
    """What the trainee will learn, and the working hours."""

    name = "programmes"
    label = _("Training programmes")
    label_ja = "研修計画"
    model = TrainingProgramme
    owner = "requests"
    owner_field = "host_request"
    rises = (("day_starts_at", "day_ends_at"),)
    typed = (
        col(TrainingProgramme, "theme_ja", "研修テーマ（日本語）"),
        col(TrainingProgramme, "theme_en", "研修テーマ（英語）"),
        col(TrainingProgramme, "aim_ja", "研修のねらい（日本語）"),
        col(TrainingProgramme, "aim_en", "研修のねらい（英語）"),
        col(TrainingProgramme, "starts_on", "専門研修の開始日"),
        col(TrainingProgramme, "day_starts_at", "勤務時間（始）"),
        col(TrainingProgramme, "day_ends_at", "勤務時間（終）"),
        col(TrainingProgramme, "break_minutes", "休憩（分）"),
        Weekdays(key="days_off", heading="休日（曜日）"),
        col(TrainingProgramme, "keeps_holidays", "祝日は休日"),
        col(TrainingProgramme, "taught_in", "指導の言語"),
        col(TrainingProgramme, "support_ja", "日本語の支援（日本語）"),
        col(TrainingProgramme, "support_en", "日本語の支援（英語）"),
    )

    def get(self, owner: HostRequest) -> list[TrainingProgramme]:
        return one_of(owner, "training_programme")

    def make(self, owner: HostRequest) -> TrainingProgramme:
        return TrainingProgramme(host_request=owner)

    def against(self, row: TrainingProgramme) -> Iterator[tuple[str, object]]:
        yield from super().against(row)
        year = row.host_request.answer.survey.cycle.fiscal_year
        first, last = fiscal_year_start(year), fiscal_year_end(year + 2)
        if row.starts_on and not first <= row.starts_on <= last:
            message = _("Enter a day between {first} and {last}.")
            yield "starts_on", format_lazy(message, first=first, last=last)
        begin, end = row.day_starts_at, row.day_ends_at
        if begin and end and end > begin:
            length = end.hour * 60 + end.minute - begin.hour * 60 - begin.minute
            if (row.break_minutes or 0) >= length:
                yield "break_minutes", _("The break takes the whole day.")


class InProgramme(Part):
    """Rows of a training programme, in their order."""

    related = ""

    owner = "programmes"
    owner_field = "training_programme"
    is_list = True
    rises = HOURS

    def get(self, owner: TrainingProgramme) -> list[Any]:
        rows = list(getattr(owner, self.related).all()) if owner.pk else []
        return sorted(rows, key=lambda row: (row.position, row.pk))

    def make(self, owner: TrainingProgramme) -> Any:
        return self.model(training_programme=owner)

    def against(self, row: Any) -> Iterator[tuple[str, object]]:
        yield from super().against(row)
        if (row.starts_at is None) != (row.ends_at is None):
            missing = "starts_at" if row.starts_at is None else "ends_at"
            yield missing, _("Enter both times, or neither.")


class Units(InProgramme):
    """The units of a training programme; the sheet of the instructors names them by number."""

    name = "units"
    label = _("Training units")
    label_ja = "研修単元"
    model = TrainingUnit
    related = "units"
    number = UNIT_NO
    needs = ("name_ja", "site_kind", "site_name", "weeks", "hours_per_week")
    typed = (
        col(TrainingUnit, "name_ja", "単元名（日本語）"),
        col(TrainingUnit, "name_en", "単元名（英語）"),
        col(TrainingUnit, "contents_ja", "内容（日本語）"),
        col(TrainingUnit, "contents_en", "内容（英語）"),
        col(TrainingUnit, "is_practical", "実習を含む"),
        col(TrainingUnit, "site_kind", "研修場所の種類"),
        col(TrainingUnit, "site_name", "研修場所"),
        col(TrainingUnit, "site_name_en", "研修場所（英語）"),
        Postal(key="postal_code", heading="郵便番号"),
        col(TrainingUnit, "address", "住所"),
        col(TrainingUnit, "contact_name", "連絡先の氏名"),
        col(TrainingUnit, "contact_telephone", "連絡先の電話"),
        col(TrainingUnit, "contact_email", "連絡先のメール"),
        col(TrainingUnit, "first_week", "開始週"),
        col(TrainingUnit, "weeks", "週数"),
        col(TrainingUnit, "hours_per_week", "週の時間数"),
        Weekdays(key="days", heading="曜日"),
        col(TrainingUnit, "starts_at", "開始時刻"),
        col(TrainingUnit, "ends_at", "終了時刻"),
    )


class Instructors(Part):
    """Who teaches a unit."""

    name = "instructors"
    label = _("Instructors")
    label_ja = "指導員"
    model = UnitInstructor
    owner = "units"
    owner_field = "training_unit"
    keys = (GOVERNMENT, GOVERNMENT_NAME, REQUEST_NO, UNIT_NO)
    is_list = True
    typed = (
        col(UnitInstructor, "name", "氏名"),
        col(UnitInstructor, "post_ja", "職名（日本語）"),
        col(UnitInstructor, "post_en", "職名（英語）"),
        col(UnitInstructor, "years", "経験年数"),
        col(UnitInstructor, "is_full_time", "常勤"),
    )

    def get(self, owner: TrainingUnit) -> list[UnitInstructor]:
        rows = list(owner.instructors.all()) if owner.pk else []
        return sorted(rows, key=lambda row: (row.position, row.pk))

    def make(self, owner: TrainingUnit) -> UnitInstructor:
        return UnitInstructor(training_unit=owner)


class Contributions(InProgramme):
    """What the trainee gives."""

    name = "contributions"
    label = _("Contributions")
    label_ja = "研修員による協力"
    model = Contribution
    related = "contributions"
    needs = ("kind", "what_ja")
    typed = (
        col(Contribution, "kind", "種類"),
        col(Contribution, "what_ja", "内容（日本語）"),
        col(Contribution, "what_en", "内容（英語）"),
        col(Contribution, "aim_ja", "目的（日本語）"),
        col(Contribution, "aim_en", "目的（英語）"),
        col(Contribution, "place_ja", "場所（日本語）"),
        col(Contribution, "place_en", "場所（英語）"),
        col(Contribution, "hours_per_week", "週の時間数"),
        Weekdays(key="days", heading="曜日"),
        col(Contribution, "starts_at", "開始時刻"),
        col(Contribution, "ends_at", "終了時刻"),
    )
