"""What one host request says on the sheet. A field more is a line more in its list."""

from datetime import time

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django_countries import countries

from accounts.templatetags.portal import era_date
from japan.money import format_yen
from schedule.vocabulary import TrainingField

from ..models import (
    Contribution,
    HostRequest,
    TrainingProgramme,
    TrainingUnit,
    Treatment,
    UnitInstructor,
)
from ..treatment import treatment_of
from .contents import Line, Part, Table, line


def request_parts(requests: list[HostRequest]) -> list[Part]:
    """Each request; where there are several, a list of them stands first."""
    if not requests:
        return [Part(title="要望", note="要望書はまだ作成されていません。")]
    parts = [_overview(requests)] if len(requests) > 1 else []
    for place, request in enumerate(requests, 1):
        number = str(place) if len(requests) > 1 else ""
        programme = request.training_programme
        parts += [
            Part(
                title=f"要望{number}　{field_of(request)}　{request.seats}", lines=demand(request)
            ),
            Part(title="待遇", lines=treatment(treatment_of(request))),
            Part(title="研修プログラム", lines=plan(programme), tables=_tables(programme)),
        ]
    return parts


def _overview(requests: list[HostRequest]) -> Part:
    head = ["番号", "研修分野", "人数", "テーマ", "受入期間"]
    rows = [
        [
            str(place),
            field_of(each),
            each.seats,
            each.training_programme.theme_ja or "―",
            _days(each, "～", ""),
        ]
        for place, each in enumerate(requests, 1)
    ]
    return Part(title="要望の一覧", tables=[Table("", head, rows, "overview")])


def field_of(request: HostRequest) -> str:
    if not request.field:
        return "（研修分野未定）"
    if request.field == TrainingField.OTHER and request.field_other_ja:
        return f"{request.get_field_display()}（{request.field_other_ja}）"
    return request.get_field_display()


def demand(request: HostRequest) -> list[Line]:
    """Whom the host wishes for, how and when, in the order in which the form asks for it."""
    has_gender = request.gender != HostRequest.Gender.ANY
    years = request.experience_years
    return _given(
        line(_("Field of training"), field_of(request), request.field_other_en),
        line(_("Number of trainees"), request.seats),
        _maybe("共同で受け入れる団体", _co_hosts(request)),
        line(_("Way of selection"), request.get_route_display()),
        _maybe("独自選考の理由", request.own_selection_reason),
        _maybe("提携・交流関係", _tie(request)),
        line(_("Wished countries"), _countries(request)),
        line(_("Language of the training"), request.get_language_display()),
        line(_("Level needed"), request.levels_needed),
        _maybe("望ましい語学水準", request.levels_wished),
        _maybe("その他の言語", request.other_languages),
        _maybe("実務経験", None if years is None else f"{years}年以上"),
        _maybe("資格・能力", request.qualifications_ja, request.qualifications_en),
        _maybe("年齢", request.ages),
        _maybe("性別", request.get_gender_display() if has_gender else ""),
        _maybe("性別を限定する理由", request.gender_reason if has_gender else ""),
        line(_("Period"), _days(request)),
        _maybe(_("Reason for the length"), request.length_reason),
        _maybe("議会の議決", _assembly(request)),
        _maybe("その他の条件", request.conditions_ja, request.conditions_en),
        _maybe("備考", request.remarks_ja, request.remarks_en),
    )


def treatment(given: Treatment) -> list[Line]:
    """What the trainee is given, by whom."""
    return _given(
        line("宿舎", given.get_lodging_kind_display() or "未定"),
        _maybe("宿舎の所在地", given.lodging_area_ja, given.lodging_area_en),
        line(
            "家賃",
            _joined(
                "未定" if given.rent_yen is None else f"月額{_yen(given.rent_yen)}",
                given.get_rent_payer_display(),
                given.get_rent_payment_display(),
            ),
        ),
        _maybe(
            "光熱水費",
            _joined(
                given.utilities_yen is not None and f"月額{_yen(given.utilities_yen)}",
                given.get_utilities_payer_display(),
            ),
        ),
        line("生活補助費", _allowance(given)),
        _maybe("支度金", _up_to(given.preparation_yen)),
        _maybe("図書・教材費", _up_to(given.books_yen)),
        _maybe(
            "県内旅費",
            _joined(
                given.get_travel_display(),
                given.travel_yen is not None and f"月額{_yen(given.travel_yen)}",
            ),
        ),
        _maybe(
            "保険",
            _joined(given.insurance_ja, given.get_insurance_payer_display()),
            given.insurance_en,
        ),
        _maybe(
            "出迎え",
            _joined(given.met_by_ja, given.met_at_ja),
            _joined(given.met_by_en, given.met_at_en),
        ),
        _maybe("その他の待遇", given.other_ja, given.other_en),
    )


def plan(programme: TrainingProgramme) -> list[Line]:
    """What the trainee will learn, and the hours of the days."""
    return _given(
        line(_("Theme"), programme.theme_ja, programme.theme_en),
        line(_("Aim"), programme.aim_ja, programme.aim_en),
        _maybe("専門研修の開始日", era_date(programme.starts_on)),
        line("勤務時間", _hours(programme)),
        line("休日", _days_off(programme)),
        _maybe("使用言語", programme.get_taught_in_display()),
        _maybe("日本語の支援", programme.support_ja, programme.support_en),
    )


def _tables(programme: TrainingProgramme) -> list[Table]:
    units, gifts = list(programme.units.all()), list(programme.contributions.all())
    tables = []
    if units:
        head = ["", "研修内容", "研修実施先", "指導者", "週数", "週時間"]
        rows = [[str(place), *_unit(unit)] for place, unit in enumerate(units, 1)]
        tables.append(Table("研修単元", head, rows, "units"))
    if gifts:
        head = ["", "研修員が行うこと", "ねらい", "場所", "週時間"]
        rows = [[str(place), *_contribution(each)] for place, each in enumerate(gifts, 1)]
        tables.append(Table("研修員による協力", head, rows, "gifts"))
    return tables


def _unit(unit: TrainingUnit) -> list[str]:
    start = unit.first_week and f"第{unit.first_week}週から"
    contact = " ".join(
        each for each in (unit.contact_name, unit.contact_telephone, unit.contact_email) if each
    )
    return [
        _lines(
            unit.name_ja,
            unit.name_en,
            unit.contents_ja,
            unit.contents_en,
            unit.is_practical and "（実務研修を含む）",
        ),
        _lines(
            unit.site_name,
            unit.site_name_en,
            unit.get_site_kind_display(),
            unit.address and f"〒{unit.postal_code} {unit.address}".removeprefix("〒 "),
            contact and f"連絡先 {contact}",
        ),
        _lines(*(_instructor(each) for each in unit.people)) or "―",
        _lines(str(unit.weeks), start),
        _lines(str(unit.hours_per_week), _when(unit)),
    ]


def _instructor(person: UnitInstructor) -> str:
    years = "" if person.years is None else f"経験{person.years}年"
    post = f"（{person.post_ja or person.post_en}）" if person.post_ja or person.post_en else ""
    more = _joined(years, person.is_full_time and "常勤")
    return f"{person.name or '―'}{post}{' ' if more else ''}{more}"


def _contribution(gift: Contribution) -> list[str]:
    hours = "随時" if gift.hours_per_week is None else str(gift.hours_per_week)
    return [
        _lines(gift.what_ja, gift.what_en, f"（{gift.get_kind_display()}）"),
        _lines(gift.aim_ja, gift.aim_en) or "―",
        _lines(gift.place_ja, gift.place_en) or "―",
        _lines(hours, _when(gift)),
    ]


def _when(part: TrainingUnit | Contribution) -> str:
    return f"{part.days_words}{_between(part.starts_at, part.ends_at)}"


def _between(first: time | None, last: time | None) -> str:
    return f"{first:%-H:%M}～{last:%-H:%M}" if first and last else ""


def _hours(programme: TrainingProgramme) -> str:
    between = _between(programme.day_starts_at, programme.day_ends_at)
    minutes = programme.break_minutes
    return _joined(between, between and minutes and f"休憩{minutes}分")


def _days_off(programme: TrainingProgramme) -> str:
    return _joined(programme.days_off_words, programme.keeps_holidays and "祝日")


def _allowance(given: Treatment) -> str:
    if given.allowance_from_yen is None and given.allowance_until_yen is None:
        return "未定"
    per = "日額" if given.allowance_per == Treatment.Per.DAY else "月額"
    first, last = given.allowance_from_yen, given.allowance_until_yen
    if first is None or last is None or first == last:
        return f"{per}{_yen(last if first is None else first)}"
    return f"{per}{_yen(first)}～{_yen(last)}"


def _yen(amount: int) -> str:
    return format_yen(amount, "ja")


def _up_to(amount: int | None) -> str:
    return "" if amount is None else f"{_yen(amount)}以内"


def _co_hosts(request: HostRequest) -> str:
    rows = [
        f"{each.government.full_name}{f'（{each.part_ja}）' if each.part_ja else ''}"
        for each in request.together
    ]
    return "\n".join(rows)


def _tie(request: HostRequest) -> str:
    tie = request.tie
    return (
        _joined(tie.partner, str(countries.name(str(tie.country))), tie.get_kind_display())
        if tie
        else ""
    )


def _countries(request: HostRequest) -> str:
    names = [f"{each.rank} {each.name}" for each in request.wishes]
    return pgettext("between names", ", ").join(names) or _("No wish")


def _assembly(request: HostRequest) -> str:
    if not request.needs_assembly:
        return ""
    month = request.assembly_month
    expected = f"（{era_date(month).rpartition('月')[0]}月の見込み）" if month else ""
    return f"議会の議決を条件とする{expected}"


def _days(request: HostRequest, to: str = "から", end: str = "まで") -> str:
    if not request.starts_on and not request.ends_on:
        return "―"
    first = era_date(request.starts_on) or "（未定）"
    return f"{first}{to}{era_date(request.ends_on) or '（未定）'}{end}"


def _given(*lines: Line | None) -> list[Line]:
    return [each for each in lines if each is not None]


def _maybe(label: object, value: object, english: str = "") -> Line | None:
    """A line that stands there only where something was said."""
    return line(label, value, english) if value or english else None


def _joined(*texts: object) -> str:
    return "、".join(str(text) for text in texts if text)


def _lines(*texts: object) -> str:
    return "\n".join(str(text) for text in texts if text)
