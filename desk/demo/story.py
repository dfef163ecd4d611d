"""What has happened around single answers of the running survey: one of each kind, so that every
page has something to show. Most of it lies in the prefecture whose officer can be signed in to.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from accounts.models import Invitation, Membership, Role, User
from accounts.subjects import OPERATOR
from accounts.succession import HandOver, MembershipEvent, TakeOver
from accounts.threads import Thread, ThreadEntry, ThreadState
from hosts.models import (
    AnswerEvent,
    AnswerVersion,
    DemandSurvey,
    FieldComment,
    HostRequest,
    LocalGovernment,
    SurveyAnswer,
    SurveyAnswerMove,
    SurveyReminder,
)
from hosts.reminding import Choice, send_reminder
from hosts.states import ANSWER_SILENT, AnswerState
from hosts.versioning import keep_versions
from japan.business_days import roll
from japan.dates import fiscal_year_end

from . import data

IMABARI, UWAJIMA, OZU, HAMAMATSU = "382027", "382035", "382078", "221309"
NIIHAMA, IYO, KUMAKOGEN = "382051", "382108", "383864"
COMMENTS = [
    ("period", "length_reason", "受入期間が５か月となるため、その理由を記入してください。"),
    ("programme", "units", "実務研修の指導者について、職名と実務経験年数を記入してください。"),
]
RETURNED = "２か所について御確認の上、再度御提出ください。"
CHANGED = "住居の見込みが立ったため、備考を追加します。"
REMARK = ("宿舎は市の職員住宅を用意できる見込みです。", "We expect to offer housing of the city.")
QUESTION = (
    "研修時間数について",
    "研修計画では週当たりの研修時間が分かりません。実務研修の一週間の予定をお知らせください。",
)
NOTE = "来年度の受入れは、港湾課の山本係長が窓口です。打合せの記録は共有フォルダにあります。"
REMINDER = (
    "提出期限が近づいています。要望がない場合も「要望なし」と御回答ください。",
    "The deadline is near. If you want no trainee, please answer “no demand”.",
)
EXTENSION = "担当者の交代に伴い、庁内の調整に時間を要するため。"
ON_PAPER = "11月12日に郵送で届いた回答書による（総務課　渡部氏）"
TAKE_OVER = "前任者が退職し、引継ぎを受けることができませんでした。"


@dataclass
class Story:
    """Who acts in it, and on which day it is told."""

    survey: DemandSurvey
    governments: Mapping[str, LocalGovernment]
    staff: User
    officer: User
    on: date

    def tell(self) -> None:
        """All of it."""
        self._given_back()
        self._later_version()
        self._question()
        self._extension()
        self._on_paper()
        self._hand_over()
        self._take_over()

    def remind(self) -> None:
        """The staff have reminded whoever was silent three days ago."""
        silent = SurveyAnswer.objects.filter(
            survey=self.survey, state__in=ANSWER_SILENT, extended_until=None
        )
        sent = send_reminder(
            self.survey,
            answers=list(silent.values_list("pk", flat=True)),
            looked_at=timezone.now(),
            choice=Choice(),
            by=self.staff,
            text_ja=REMINDER[0],
            text_en=REMINDER[1],
            tells_relays=True,
        )
        SurveyReminder.objects.filter(pk=sent.pk).update(at=self._at(self._before(3)))

    # Answers -----------------------------------------------------------------------------------

    def _given_back(self) -> None:
        """A request that was returned (差戻し) with comments to two of its fields."""
        answer = self._answer(OZU)
        move = answer.moves.get(to_state=AnswerState.RETURNED)
        SurveyAnswerMove.objects.filter(pk=move.pk).update(reason=RETURNED, by=self.officer)
        for step, field, text in COMMENTS:
            FieldComment.objects.create(
                answer=answer,
                host_request=answer.requests.get(),
                step=step,
                field=field,
                text=text,
                sender=FieldComment.Sender.RELAY,
                by=self.officer,
                at=move.at,
            )

    def _later_version(self) -> None:
        """An answer that was returned, changed and received again; the first is readable still."""
        answer = self._answer(HAMAMATSU)
        first = answer.moves.earliest("at", "pk").at
        keep_versions([answer], AnswerVersion.Occasion.SUBMITTED, by=None, at=first)
        received = answer.moves.latest("at", "pk")
        for days, by, before, after in [
            (3, self.staff, AnswerState.RECEIVED, AnswerState.RETURNED),
            (5, None, AnswerState.RETURNED, AnswerState.SUBMITTED),
            (6, self.staff, AnswerState.SUBMITTED, AnswerState.RECEIVED),
        ]:
            answer.moves.create(
                at=received.at + timedelta(days=days),
                by=by,
                from_state=before,
                to_state=after,
                reason=CHANGED if after == AnswerState.RETURNED else "",
            )
        answer.requests.update(remarks_ja=REMARK[0], remarks_en=REMARK[1])

    def _extension(self) -> None:
        """More time for one that answers too late otherwise."""
        answer, until = self._answer(IYO), roll(self.on + timedelta(days=10), "after")
        SurveyAnswer.objects.filter(pk=answer.pk).update(
            extended_until=until, extension_reason=EXTENSION
        )
        answer.events.create(
            kind=AnswerEvent.Kind.EXTENDED,
            day=until,
            reason=EXTENSION,
            by=self.staff,
            at=self._at(self._before(4)),
        )

    def _on_paper(self) -> None:
        """An answer that came on paper, and was entered by the relay."""
        answer, day = self._answer(KUMAKOGEN), self._before(10)
        at = self._at(day + timedelta(days=1))
        SurveyAnswer.objects.filter(pk=answer.pk).update(
            state=AnswerState.SUBMITTED,
            has_demand=False,
            no_demand_kind=SurveyAnswer.NoDemandKind.CAPACITY,
            submitted_at=at,
            submitted_by=self.officer,
            channel=SurveyAnswer.Channel.PAPER,
            entered_by=self.officer,
            entered_note=ON_PAPER,
        )
        answer.events.create(
            kind=AnswerEvent.Kind.ENTRY_STARTED,
            channel=SurveyAnswer.Channel.PAPER,
            day=day,
            reason=ON_PAPER,
            by=self.officer,
            at=at,
        )
        answer.moves.create(
            at=at,
            by=self.officer,
            from_state=AnswerState.NOT_OPENED,
            to_state=AnswerState.SUBMITTED,
        )

    def _question(self) -> None:
        """The operator has asked a host about its request, and waits."""
        request = HostRequest.objects.get(answer=self._answer(UWAJIMA))
        at = self._at(self._before(2))
        thread = Thread.objects.create(
            kind=HostRequest._meta.label,
            subject_id=request.pk,
            title=QUESTION[0],
            asker=OPERATOR,
            addressee="host",
            answer_by=roll(self.on + timedelta(days=9), "after"),
            opened_by=self.staff,
            opened_at=at,
            waiting_since=at,
            written_at=at,
        )
        thread.moves.create(by=self.staff, at=at, from_state="", to_state=ThreadState.OPEN)
        for code in (OPERATOR, "host", "relay"):
            thread.parties.create(party=code)
        ThreadEntry.objects.create(
            thread=thread,
            text=QUESTION[1],
            by=self.staff,
            by_party=OPERATOR,
            by_organisation=self.survey.cycle.programme.operator,
            for_party="host",
            at=at,
        )

    # People ------------------------------------------------------------------------------------

    def _hand_over(self) -> None:
        """A coordinator goes at the end of the fiscal year, and has named who comes."""
        organisation = self.governments[IMABARI].organisation
        membership = Membership.objects.get(organisation=organisation, role=Role.COORDINATOR)
        last_day = fiscal_year_end(self.survey.cycle.fiscal_year - 1)
        first_day, at = last_day + timedelta(days=1), self._at(self._before(5))
        name, email = data.SUCCESSOR
        invitation = Invitation.objects.create(
            email=email,
            name=name,
            language="ja",
            role=Role.COORDINATOR,
            organisation=organisation,
            starts_on=first_day,
            token_hash=Invitation.hash_of("demonstration-successor"),
            invited_by=membership.user,
            expires_at=at + timedelta(days=7),
        )
        Membership.objects.filter(pk=membership.pk).update(ends_on=last_day)
        HandOver.objects.create(
            membership=membership,
            last_day=last_day,
            note=NOTE,
            successor_name=name,
            successor_email=email,
            successor_from=first_day,
            invitation=invitation,
            announced_at=at,
        )
        for kind, whose, day in [
            (MembershipEvent.Kind.INVITED, name, first_day),
            (MembershipEvent.Kind.ENDS, membership.user.name, last_day),
        ]:
            MembershipEvent.objects.create(
                organisation=organisation,
                role=Role.COORDINATOR,
                kind=kind,
                name=whose,
                on=day,
                by=membership.user,
                at=at,
            )

    def _take_over(self) -> None:
        """Somebody whose predecessor has gone waits for the relay to confirm who they are."""
        name, email = data.NEWCOMER
        TakeOver.objects.create(
            organisation=self.governments[NIIHAMA].organisation,
            role=Role.COORDINATOR,
            confirmer=self.governments["380008"].organisation,
            name=name,
            email=email,
            section="企画部シティプロモーション推進課",
            telephone="0897-00-0000",
            note=TAKE_OVER,
            asked_at=self._at(self._before(2)),
        )

    def _answer(self, code: str) -> SurveyAnswer:
        return SurveyAnswer.objects.get(survey=self.survey, government=self.governments[code])

    def _before(self, days: int) -> date:
        return roll(self.on - timedelta(days=days), "before")

    @staticmethod
    def _at(day: date) -> datetime:
        return datetime.combine(day, time(15, 20), tzinfo=timezone.get_current_timezone())
