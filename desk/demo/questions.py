# ruff: noqa: E501
"""What the demonstration's surveys say and ask beyond the fixed questions, and some replies."""

import random

from hosts.models import DemandSurvey, SurveyAnswer, SurveyQuestion, SurveyReply
from hosts.states import ANSWER_SILENT

TEXT_JA = (
    "日頃から自治体職員協力交流事業に御理解と御協力をいただき、ありがとうございます。\n"
    "来年度の研修員の受入れについて、各団体の要望をお聞かせください。要望がない場合も「要望なし」と御回答ください。"
)
TEXT_EN = (
    "Thank you for your part in the Local Government Officials Training Program.\n"
    "Please tell us whether your government wants to host trainees next year. If not, please answer “no demand”."
)
OUTLOOK = [
    {"key": "yes", "ja": "ある", "en": "Yes"},
    {"key": "perhaps", "ja": "検討中", "en": "We are considering it"},
    {"key": "no", "ja": "ない", "en": "No"},
]
HOSTED = [{"key": "yes", "ja": "ある", "en": "Yes"}, {"key": "no", "ja": "ない", "en": "No"}]
LESSONS = [
    "担当課に英語のできる職員を一名置き、日々の相談に応じた。",
    "住居の手配に時間がかかったため、今回は早めに準備したい。",
    "庁内の報告会が好評で、他課の協力も得やすくなった。",
]


def compose_questions(survey: DemandSurvey) -> None:
    """A text and four questions, one of which hangs on another."""
    survey.text_ja, survey.text_en = TEXT_JA, TEXT_EN
    survey.save(update_fields=["text_ja", "text_en"])

    def ask(position: int, label: tuple[str, str], **more: object) -> SurveyQuestion:
        return SurveyQuestion.objects.create(
            survey=survey, position=position, label_ja=label[0], label_en=label[1], **more
        )

    ask(
        1,
        (
            "今後三年間に研修員を受け入れる見込みはありますか",
            "Do you expect to want trainees in the next three years?",
        ),
        kind="choice",
        choices=OUTLOOK,
        help_ja="今年度の回答にかかわらず、分かる範囲でお答えください。",
        help_en="Whatever you answer this year, as far as you know.",
    )
    hosted = ask(
        2,
        (
            "これまでに海外の自治体職員を受け入れたことがありますか",
            "Have you hosted officials from abroad before?",
        ),
        kind="choice",
        choices=HOSTED,
    )
    ask(
        3,
        ("その際に工夫した点や課題をお書きください", "What worked well then, and what did not?"),
        audience=SurveyQuestion.Audience.ALL,
        shown_if=hosted,
        shown_if_value="yes",
    )
    ask(
        4,
        ("受入れを担当する職員は何人ですか", "How many of your staff will look after the trainee?"),
        kind="number",
        audience=SurveyQuestion.Audience.DEMAND,
        least=1,
        most=99,
    )


def reply_to_questions(survey: DemandSurvey, dice: random.Random) -> None:
    """Most of those who have answered replied as well."""
    one, two, three, four = SurveyQuestion.objects.filter(survey=survey).order_by("position")
    rows = []
    answers = SurveyAnswer.objects.filter(survey=survey).exclude(state__in=ANSWER_SILENT)
    for pk, has_demand in answers.order_by("government__code").values_list("pk", "has_demand"):
        values = {
            one: dice.choice(
                ["yes", "perhaps", "perhaps"] if has_demand else ["perhaps", "no", "no"]
            )
        }
        hosted = dice.random() < (0.6 if has_demand else 0.1)
        values[two] = "yes" if hosted else "no"
        if hosted:
            values[three] = dice.choice(LESSONS)
        if has_demand:
            values[four] = str(dice.randint(1, 4))
        rows += [SurveyReply(answer_id=pk, question=q, value=v) for q, v in values.items()]
    SurveyReply.objects.bulk_create(rows, batch_size=500)
