"""The first and the last sheet: how to fill in the workbook, and what may stand in its lists."""

from collections.abc import Iterator

from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from files.sheets.books import BookPlan
from files.sheets.columns import Named, Text, YesNo
from files.sheets.kinds import Kind
from files.sheets.writing import Cells

from .portal import Scope
from .sheets import PARTS

LAYOUT = "1"
GUIDE = (
    "このファイルは、受入要望調査の回答を、ポータルを使わずに記入し、取り込むためのものです。",
    "色・数式・マクロ・結合セルは使わないでください。1行目（英字）と2行目（見出し）は変更しないでください。",
    "「団体コード」「要望番号」「単元番号」は、行どうしをつなぐ番号です。「版」の列は変更しないでください。",
    "要望を追加するときは、シート「要望」に新しい要望番号（2、3…）の行を加え、版は空欄にしてください。",
    "ほかのシートでも、同じ要望番号の行に続けて記入します。要望番号の行をすべて消したシートは、変更されません。",
    "希望国・共同受入・研修単元・指導員・研修員による協力は、ファイルにある行がそのまま一覧になります。"
    "行を消すと、その項目は削除されます（取込みの前に画面で確認できます）。",
    "要望と提携の行は、消しても削除されません。取下げはポータルの画面で行ってください。",
    "選択式の欄は、シート「選択肢」にある言葉のとおりに記入してください。",
    "日付は 2027-05-17、令和9年5月17日 のどちらでもかまいません。",
    "「はい・いいえ」の欄は、○ または × を記入してください。",
    "シート「回答」の「提出する」に ○ を記入すると、取込みと同時に提出されます。"
    "空欄なら下書きのままです。",
    "要望がないときは、「要望の有無」に「要望なし」、「提出する」に ○ を記入してください。"
    "理由は任意です。",
    "ファイルを出力した後にポータルの内容が変わった行は、取り込まれず、どの行かが示されます。"
    "最新のファイルに書き写してください。",
)


class About(Kind):
    """Of which survey the workbook is, since when, and how it is filled in."""

    name = "about"
    label = _("About this workbook")
    label_ja = "説明"
    can_import = True
    columns = (
        Text(key="item", heading="項目"),
        Text(key="value", heading="内容"),
        Text(key="note", heading="説明", shown_only=True),
    )

    def rows(self, scope: Scope) -> Iterator[Cells]:
        """The marks by which the file is known, then the guide."""
        cycle = scope.survey.cycle
        now = timezone.localtime()
        yield ["programme", cycle.programme.code, "事業（変更しないでください）"]
        yield ["fiscal_year", str(cycle.fiscal_year), "来日年度（変更しないでください）"]
        yield ["layout", LAYOUT, "様式の版（変更しないでください）"]
        yield ["taken_out_at", f"{now:%Y-%m-%d %H:%M}", "出力した日時"]
        for number, sentence in enumerate(GUIDE, start=1):
            yield [f"guide_{number}", None, sentence]

    def check(self, plan: BookPlan, scope: Scope) -> None:  # type: ignore[override]
        """A file of another survey, or of another layout, is noticed before its rows are read."""
        cycle = scope.survey.cycle
        expected = {
            "programme": (cycle.programme.code, _("This workbook is of another programme.")),
            "fiscal_year": (
                str(cycle.fiscal_year),
                format_lazy(
                    _("This workbook is of another year; this is the survey of FY{year}."),
                    year=cycle.fiscal_year,
                ),
            ),
            "layout": (LAYOUT, _("The layout has changed since. Take out a fresh workbook.")),
        }
        lines = plan.of(self.name)
        found = {line.values.get("item"): line for line in lines}
        own = plan.plans[self.name]
        for item, (value, reason) in expected.items():
            line = found.get(item)
            if line is None:
                message = _("The row “{item}” is missing. Take out a fresh workbook.")
                if lines:
                    own.wrong(lines[0], "item", format_lazy(message, item=item))
                else:
                    own.faults.append(missing(own.sheet, format_lazy(message, item=item)))
            elif str(line.values.get("value") or "") != value:
                own.wrong(line, "value", reason)


def missing(sheet: str, reason: object):
    from files.sheets.faults import Fault, both

    return Fault(sheet, 1, "A", "", "", both(reason))


class Choices(Kind):
    """What may stand in the columns that take one of a list, as plain text."""

    name = "choices"
    label = _("Lists")
    label_ja = "選択肢"
    columns = (
        Text(key="sheet", heading="シート", shown_only=True),
        Text(key="column", heading="列", shown_only=True),
        Text(key="choice", heading="記入する言葉", shown_only=True),
        Text(key="key", heading="英語の記号", shown_only=True),
    )

    def rows(self) -> Iterator[Cells]:
        for part in PARTS:
            for column in part.typed:
                if isinstance(column, Named):
                    for name, key in column.offered:
                        yield [part.label_ja, column.heading, name, key]
                elif isinstance(column, YesNo):
                    yield [part.label_ja, column.heading, "○", "yes"]
                    yield [part.label_ja, column.heading, "×", "no"]
