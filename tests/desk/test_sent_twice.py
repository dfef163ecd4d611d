"""Double click, reload, an answer lost on the way: one effect for every form that makes something
(P20). Every route of the portal is told apart here; a new one without a row fails.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.contrib import admin
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts import editing
from accounts.models import (
    Invitation,
    Organisation,
    PersonalLink,
    Role,
    Submission,
    Thread,
    User,
)
from accounts.questions import ask
from accounts.subjects import subject_of
from accounts.succession import HandOver
from files.models import LongWork
from hosts.models import (
    Contribution,
    HostRequest,
    RelayLetter,
    SurveyQuestion,
    SurveyReminder,
    Tie,
    TrainingUnit,
)
from hosts.states import AnswerState
from notices.models import Letter, Mail
from placements.models import (
    Forwarding,
    MatchRun,
    Nomination,
    Opening,
    Placement,
    RecruitmentText,
)
from placements.services import Addressee, forward_opening
from schedule.lgotp import ensure_lgotp
from schedule.models import Cycle, Programme
from schedule.vocabulary import Route
from tests.factories import (
    ApplicationFactory,
    CycleFactory,
    DemandSurveyFactory,
    HostRequestFactory,
    LocalGovernmentFactory,
    NominationFactory,
    OrganisationFactory,
    PlacementFactory,
    ProgrammeFactory,
    SendingGovernmentFactory,
    SurveyAnswerFactory,
    a_kind,
    coordinator_of,
    member_of,
    open_request,
    relay_officer_of,
    staff_member,
    submitted_application,
)
from tests.faults.barrier import at_once
from tests.faults.pages import forms_of, port_of, post, post_many, signed_in
from tests.faults.proxy import Proxy
from tests.placements import recruiting
from trainees.models import (
    Contact,
    ContactLog,
    DocumentKind,
    DocumentRule,
    OverseasOffice,
    SenderStatement,
    SendingGovernment,
)


@dataclass
class Form:
    """One form that makes something: where it stands, what is typed, what it makes."""

    user: User
    page: str
    typed: dict[str, Any]
    made: Callable[[], object]
    expected: object
    action: str = ""
    other: User | None = field(default=None)

    @property
    def address(self) -> str:
        return self.action or self.page


def start_form() -> Form:
    answer = SurveyAnswerFactory()
    user = coordinator_of(answer.government, language="en")
    page = reverse("hosts:answer", args=[answer.public_id])
    action = reverse("hosts:request_start", args=[answer.public_id])
    other = coordinator_of(answer.government)
    return Form(user, page, {}, HostRequest.objects.count, 1, action, other)


def unit_form() -> Form:
    request = HostRequestFactory(unit=False, answer__state=AnswerState.DRAFT)
    user = coordinator_of(request.answer.government, language="en")
    page = reverse("hosts:unit_add", args=[request.public_id])
    typed = {"name_ja": "漏水調査", "site_kind": "own", "site_name": "工務課"}
    typed |= {"weeks": "4", "hours_per_week": "10"}
    other = coordinator_of(request.answer.government)
    return Form(user, page, typed, TrainingUnit.objects.count, 1, other=other)


def contribution_form() -> Form:
    request = HostRequestFactory(answer__state=AnswerState.DRAFT)
    user = coordinator_of(request.answer.government, language="en")
    page = reverse("hosts:contribution_add", args=[request.public_id])
    typed = {"kind": "schools", "what_ja": "授業"}
    other = coordinator_of(request.answer.government)
    return Form(user, page, typed, Contribution.objects.count, 1, other=other)


def nomination_form() -> Form:
    cycle = CycleFactory()
    page = reverse("desk:nominate", args=[cycle.fiscal_year, cycle.programme.code])
    typed = {"email": "suryani@example.org", "passport_name": "Suryani", "nationality": "ID"}
    typed |= {"language": "en", "sending_government": str(SendingGovernmentFactory().pk)}
    made = lambda: (Nomination.objects.count(), Mail.objects.count())  # noqa: E731
    return Form(staff_member(), page, typed, made, (1, 1))


def own_nomination_form() -> Form:
    request = open_request(CycleFactory(), route=Route.OWN_SELECTION)
    page = reverse("placements:own_nominate", args=[request.public_id])
    typed = {"email": "suryani@example.org", "passport_name": "Suryani", "nationality": "ID"}
    typed |= {"language": "en", "new_employer": "Kota Malang"}
    made = lambda: (Nomination.objects.count(), Mail.objects.count())  # noqa: E731
    user = coordinator_of(request.answer.government, language="en")
    other = coordinator_of(request.answer.government)
    return Form(user, page, typed, made, (1, 1), other=other)


def nominee() -> Nomination:
    request = open_request(CycleFactory(), route=Route.OWN_SELECTION, number=5)
    application = ApplicationFactory(cycle=request.cycle)
    return NominationFactory(application=application, host_request=request, state="confirmed")


def replace_form() -> Form:
    nomination = nominee()
    page = reverse("placements:nomination_replace", args=[nomination.public_id])
    typed = {"email": "wayan@example.org", "passport_name": "Wayan", "nationality": "ID"}
    typed |= {"language": "en", "reason": "She has left."}
    return Form(staff_member(), page, typed, Nomination.objects.count, 2)


def withdraw_form() -> Form:
    nomination = nominee()
    page = reverse("placements:nomination_withdraw", args=[nomination.public_id])
    made = lambda: nomination.moves.count()  # noqa: E731
    return Form(staff_member(), page, {"reason": "She has left."}, made, 1)


def statement_asked_form() -> Form:
    nomination = nominee()
    page = reverse("cases:statement_ask", args=[nomination.public_id])
    typed = {"name": "Budi", "email": "budi@example.org", "language": "en", "send": "1"}
    made = lambda: (PersonalLink.objects.count(), Mail.objects.count())  # noqa: E731
    return Form(staff_member(), page, typed, made, (1, 1))


def statement_entered_form() -> Form:
    nomination = nominee()
    page = reverse("cases:statement_enter", args=[nomination.public_id])
    yes = dict.fromkeys(["is_employed", "will_return", "grants_leave"], "yes")
    typed = {**yes, "recommendation": "Good.", "given_by": "Budi", "language": "en"}
    return Form(staff_member(), page, typed, SenderStatement.objects.count, 1)


def invitation_form() -> Form:
    office = OrganisationFactory(kind=Organisation.Kind.OVERSEAS_OFFICE)
    typed = {"email": "officer@example.org", "name": "Ochi Misaki", "language": "ja"}
    typed |= {"role": Role.OVERSEAS_OFFICE, "organisation": str(office.pk)}
    made = lambda: (Invitation.objects.count(), Mail.objects.count())  # noqa: E731
    return Form(staff_member(), reverse("desk:invite"), typed, made, (1, 1))


def board_of(cycle: Cycle, name: str) -> tuple[str, str]:
    arguments = [cycle.programme.code, cycle.fiscal_year]
    return reverse("desk:board", args=arguments), reverse(f"desk:{name}", args=arguments)


def place_form() -> Form:
    cycle = CycleFactory()
    person, request = submitted_application(cycle), open_request(cycle)
    page, action = board_of(cycle, "place")
    typed = {"application": str(person.pk), "host_request": str(request.pk), "reason": "x"}
    return Form(staff_member(), page, typed, Placement.objects.count, 1, action)


def propose_form() -> Form:
    cycle = CycleFactory()
    submitted_application(cycle)
    open_request(cycle)
    page, action = board_of(cycle, "propose")
    return Form(staff_member(), page, {}, MatchRun.objects.count, 1, action)


def decide_form() -> Form:
    placement = PlacementFactory()
    _board, page = board_of(placement.application.cycle, "decide")
    return Form(staff_member(), page, {}, Letter.objects.count, 2)


def cycle_form() -> Form:
    programme = ensure_lgotp()
    typed = {"programme": str(programme.pk), "fiscal_year": "2040"}
    action = reverse("desk:open_cycle")
    return Form(staff_member(), reverse("desk:start"), typed, Cycle.objects.count, 1, action)


def added(model: type, typed: dict[str, Any], count: Callable[[], object]) -> Form:
    opts = model._meta
    page = reverse(f"admin:{opts.app_label}_{opts.model_name}_add")
    user, other = staff_member(Role.ADMINISTRATOR), staff_member(Role.ADMINISTRATOR)
    return Form(user, page, typed, count, 1, other=other)


def organisation_form() -> Form:
    typed = {"kind": Organisation.Kind.OVERSEAS_OFFICE, "name_ja": "事務所", "name_en": "Office"}
    rows = Organisation.objects.filter(name_en="Office")
    return added(Organisation, typed, rows.count)


def office_form() -> Form:
    office = OrganisationFactory(kind=Organisation.Kind.OVERSEAS_OFFICE)
    typed = {"organisation": str(office.pk), "code": "singapore"}
    return added(OverseasOffice, typed, OverseasOffice.objects.count)


def sender_form() -> Form:
    sender = OrganisationFactory(kind=Organisation.Kind.SENDING_GOVERNMENT)
    typed = {"organisation": str(sender.pk), "country": "ID", "name_local": "Kota"}
    return added(SendingGovernment, typed, SendingGovernment.objects.count)


def programme_form() -> Form:
    known = ProgrammeFactory()
    names = ["name_ja", "name_en", "sender_title_ja", "sender_title_en", "sender_name_ja"]
    names += ["sender_name_en", "contact_unit_ja", "contact_unit_en", "contact_telephone"]
    names += ["contact_email", "letter_series", "reference_format_ja", "reference_format_en"]
    typed = {name: getattr(known, name) for name in names}
    typed |= {"code": "another", "operator": str(known.operator_id)}
    return added(Programme, typed, Programme.objects.filter(code="another").count)


def office_page(name: str) -> tuple[User, str]:
    government = LocalGovernmentFactory()
    page = reverse(f"hosts:{name}", args=[government.organisation.public_id])
    return coordinator_of(government), page


def colleague_form() -> Form:
    user, page = office_page("people_invite")
    typed = {"role": "coordinator", "name": "森田 由紀", "email": "morita@city.saijo.lg.jp"}
    return Form(user, page, typed, Invitation.objects.count, 1)


def leaving_form() -> Form:
    user, page = office_page("people_leave")
    typed = {"role": "coordinator", "last_day": timezone.localdate().isoformat()}
    office = user.memberships.get().organisation
    other = member_of(office, Role.COORDINATOR)
    return Form(user, page, typed, HandOver.objects.count, 1, other=other)


def question_form() -> Form:
    cycle = DemandSurveyFactory(opened_at=None).cycle
    page = reverse("desk:survey_question_add", args=[cycle.programme.code, cycle.fiscal_year])
    typed = {"label_ja": "宿舎", "label_en": "Lodging", "kind": "text", "audience": "all"}
    return Form(staff_member(), page, typed, SurveyQuestion.objects.count, 1)


def reminder_form() -> Form:
    answer = SurveyAnswerFactory()
    coordinator_of(answer.government)
    cycle = answer.survey.cycle
    page = reverse("desk:survey_remind", args=[cycle.programme.code, cycle.fiscal_year])
    return Form(staff_member(), page, {"text_ja": "追伸"}, SurveyReminder.objects.count, 1)


def relay_letter_form() -> Form:
    answer = SurveyAnswerFactory()
    cycle, relay = answer.survey.cycle, answer.relay
    key = [cycle.programme.code, cycle.fiscal_year, relay.code]
    path = reverse("hosts:relay_letters", args=key)
    user, other = relay_officer_of(relay, language="en"), relay_officer_of(relay)
    return Form(user, path, {"direction": "down"}, RelayLetter.objects.count, 1, other=other)


def tie_form() -> Form:
    government = LocalGovernmentFactory()
    page = reverse("hosts:tie_add")
    typed = {"government": government.code, "kind": "sister_city", "partner_en": "Hue City"}
    typed |= {"country": "VN", "since": "２００７"}
    user = coordinator_of(government, language="en")
    return Form(user, page, typed, Tie.objects.count, 1, other=coordinator_of(government))


def thread_form() -> Form:
    request = HostRequestFactory()
    page = reverse("accounts:question_ask", args=["request", request.public_id])
    typed = {"addressee": "operator", "title": "宿舎", "text": "宿舎は決まっていますか。"}
    user, other = (coordinator_of(request.government) for _each in range(2))
    return Form(user, page, typed, Thread.objects.count, 1, other=other)


def entry_form() -> Form:
    request = HostRequestFactory()
    subject = subject_of("hosts.HostRequest")
    asked = {"addressee": "operator", "title": "宿舎", "text": "宿舎は決まっていますか。"}
    user, other = (coordinator_of(request.government) for _each in range(2))
    thread = ask(subject, subject.rows().get(pk=request.pk), by=user, **asked)
    typed = {"text": "急ぎます。", "for_party": "operator"}
    page = reverse("accounts:question", args=[thread.public_id])
    return Form(user, page, typed, thread.entries.count, 2, other=other)


def dossiers_form() -> Form:
    cycle = CycleFactory()
    request = open_request(cycle)
    NominationFactory(application=submitted_application(cycle), host_request=request)
    page = reverse("desk:request_dossiers", args=[request.public_id])
    typed = {"extent": "full", "language": "ja"}
    return Form(staff_member(), page, typed, LongWork.objects.count, 1, other=staff_member())


def kind_form() -> Form:
    typed = {"code": "diploma", "name_ja": "卒業証明書", "name_en": "Diploma", "format": "paper"}
    page = reverse("admin:trainees_documentkind_add")
    return Form(staff_member(), page, {**typed, "order": "5"}, DocumentKind.objects.count, 1)


def rule_form() -> Form:
    typed = {"kind": str(a_kind().pk), "stage": "submission"}
    page = reverse("admin:trainees_documentrule_add")
    return Form(staff_member(), page, typed, DocumentRule.objects.count, 1)


def at_the_office(name: str, typed: Any, made: Callable[[], object], *args: Any) -> Any:
    """A form of an overseas office, or of staff about its openings."""

    def make() -> Form:
        place = recruiting.ground()
        found = [arg(place) for arg in args]
        page = reverse(name, args=found)
        staff = name.startswith("desk:")
        user = place.staff if staff else place.officer
        body = place.office.organisation
        other = staff_member() if staff else member_of(body, Role.OVERSEAS_OFFICE)
        return Form(user, page, typed(place), made, made() + 1, other=other)

    return make


def opening_of(place: recruiting.Ground) -> uuid.UUID:
    return place.opening.public_id


def body_of(place: recruiting.Ground) -> uuid.UUID:
    return place.agency.organisation.public_id


def handed_on(place: recruiting.Ground) -> Forwarding:
    to = [Addressee(place.agency.organisation, place.contact)]
    day = recruiting.day(7)
    return forward_opening(place.opening, to=to, answer_by=day, by=place.officer)[0]


def opening_handed_on(place: recruiting.Ground) -> uuid.UUID:
    return handed_on(place).opening.public_id


TODAY = timezone.localdate().isoformat()
OFFICE_FORMS = {
    "recruitment:forward": at_the_office(
        "recruitment:forward",
        lambda place: {"bodies": str(body_of(place)), "answer_by": str(recruiting.day(5))},
        Forwarding.objects.count,
        opening_of,
    ),
    "recruitment:answer": at_the_office(
        "recruitment:answer",
        lambda place: {"answer": "nobody", "channel": "call", "happened_on": TODAY},
        ContactLog.objects.count,
        lambda place: handed_on(place).public_id,
    ),
    "recruitment:link": at_the_office(
        "recruitment:link",
        lambda place: {"contact": str(place.contact.pk)},
        Mail.objects.filter(purpose="personal_link").count,
        lambda place: handed_on(place).public_id,
    ),
    "recruitment:remind": at_the_office(
        "recruitment:remind",
        lambda place: {"text": "Please."},
        Mail.objects.filter(purpose="forwarding_reminder").count,
        opening_handed_on,
    ),
    "recruitment:nominate": at_the_office(
        "recruitment:nominate",
        lambda place: {
            "email": "suryani@example.org",
            "passport_name": "Suryani",
            "nationality": "ID",
            "language": "en",
            "sending_government": str(place.sender.pk),
        },
        Nomination.objects.count,
        opening_of,
    ),
    "recruitment:body_add": at_the_office(
        "recruitment:body_add",
        lambda place: {"country": "TH", "name_en": "Chiang Mai City"},
        SendingGovernment.objects.count,
        lambda place: "government",
    ),
    "recruitment:contact_add": at_the_office(
        "recruitment:contact_add",
        lambda place: {"name": "Sri", "language": "en"},
        Contact.objects.count,
        body_of,
    ),
    "recruitment:talk_add": at_the_office(
        "recruitment:talk_add",
        lambda place: {"happened_on": TODAY, "channel": "call", "text": "They ask."},
        ContactLog.objects.count,
        body_of,
    ),
    "desk:recruitment_add": at_the_office(
        "desk:recruitment_add",
        lambda place: {
            "host_request": str(open_request(place.cycle).pk),
            "office": str(place.office.pk),
            "quota": "1",
        },
        Opening.objects.count,
        lambda place: place.cycle.programme.code,
        lambda place: place.cycle.fiscal_year,
    ),
    "desk:recruitment_text_add": at_the_office(
        "desk:recruitment_text_add",
        lambda place: {"language": "Français", "text": "Bonjour"},
        RecruitmentText.objects.count,
        lambda place: place.cycle.programme.code,
        lambda place: place.cycle.fiscal_year,
    ),
}


FORMS: dict[str, Callable[[], Form]] = {
    "admin:trainees.documentkind": kind_form,
    "admin:trainees.documentrule": rule_form,
    **OFFICE_FORMS,
    "desk:request_dossiers": dossiers_form,
    "desk:survey_remind": reminder_form,
    "hosts:relay_letters": relay_letter_form,
    "hosts:people_invite": colleague_form,
    "hosts:people_leave": leaving_form,
    "hosts:request_start": start_form,
    "hosts:tie_add": tie_form,
    "hosts:unit_add": unit_form,
    "accounts:question_ask": thread_form,
    "accounts:question": entry_form,
    "hosts:contribution_add": contribution_form,
    "desk:nominate": nomination_form,
    "placements:own_nominate": own_nomination_form,
    "placements:nomination_replace": replace_form,
    "placements:nomination_withdraw": withdraw_form,
    "cases:statement_ask": statement_asked_form,
    "cases:statement_enter": statement_entered_form,
    "desk:invite": invitation_form,
    "desk:place": place_form,
    "desk:propose": propose_form,
    "desk:decide": decide_form,
    "desk:open_cycle": cycle_form,
    "desk:survey_question_add": question_form,
    "admin:accounts.organisation": organisation_form,
    "admin:trainees.overseasoffice": office_form,
    "admin:trainees.sendinggovernment": sender_form,
    "admin:schedule.programme": programme_form,
}
# A row is moved along its table of moves: the second finds it moved and does nothing.
MOVES = {
    "trainees:document_hand_in",  # its file has a key, and the same file again changes nothing
    "trainees:document_take_back",
    *("desk:document_accept", "desk:document_refuse"),
    *("desk:recruitment", "desk:recruitment_publish"),  # begun once, published once
    *("desk:recruitment_close", "desk:recruitment_text_remove"),  # closed, or gone already
    "recruitment:nominations_forward",  # what is forwarded is not forwarded again
    "nomination_sheets:preview",  # the file is gone once it was taken in
    *("accounts:question_close", "accounts:question_reopen"),
    # One waiver, one opening, one joining, one mark at a time (test_case.py, test_reopening.py)
    *("desk:application_waive", "desk:application_unwaive", "desk:application_reopen"),
    *("desk:application_complete", "desk:application_freeze", "desk:application_withdraw"),
    *("desk:reopening", "desk:reopening_end", "desk:merge", "desk:pair"),
    *("desk:pair_apart", "desk:pair_not_apart"),
    "trainees:reopened",  # the same values again are none (test_reopening.py)
    "trainees:passport",  # given once: the second time nothing is asked any more
    "trainees:consent_withdraw",  # taken back once
    *("hosts:request_discard", "hosts:no_demand", "hosts:relay_act", "hosts:unit_delete"),
    *("hosts:relay_return", "hosts:relay_letter_finish", "hosts:relay_letter_discard"),
    *("hosts:relay_letter_correct", "hosts:relay_entry", "hosts:relay_entry_end"),
    *("hosts:relay_forward", "desk:answer_comments"),
    *("hosts:contribution_delete", "hosts:unit_move", "hosts:contribution_move"),
    *("hosts:tie_end", "hosts:tie_remove"),
    "hosts:answer_copy",  # a request that was copied is not copied again (test_copying.py)
    *("placements:nomination_confirm", "placements:nomination_refuse"),
    "placements:nomination_again",  # the link before ends with each new one
    "accounts:invitation_again",  # likewise, and what was sent anew is not over any more
    *("accounts:link_opened", "accounts:link_code"),  # a code ends with the next, and is used once
    # Forms of people without an account bear keys, too (tests/placements/test_cases.py).
    *("cases:forwarded_answer", "cases:forwarded_nominate", "cases:statement"),
    *("desk:answer_receive", "desk:answer_return", "desk:take_back"),
    *("desk:application_return", "desk:close_cycle", "desk:call_off_cycle"),
    *("desk:close_account", "desk:reopen_account", "desk:reset_factor"),
    "accounts:accept",  # its invitation is spent once
    *("desk:mails_send_again", "desk:mails_arrived"),  # a mail that was decided waits no more
    *("hosts:workbook_waiting", "desk:survey_workbook_waiting"),
    "desk:sheet_preview",  # the file is gone once it was taken in
    *("hosts:people_stay", "hosts:invitation_back"),
    "hosts:invitation_again",  # the link before ends with each new one
    *("hosts:take_over_decide", "desk:take_over"),
    "hosts:take_over_withdraw",  # what was withdrawn waits no more
    "hosts:take_over",  # of two requests of one address for one office the second is none
    "desk:survey_open",  # what is open is not opened again
    *("desk:survey_asked", "desk:survey_ask_one"),  # who is asked already is not asked again
    "desk:survey_relays",  # a relay that is so already does not change
    "desk:survey_question_move",  # the button knows the place that the question had
    *("desk:survey_question_delete", "desk:survey_roll_forward"),  # gone, or taken over already
    "desk:end_sessions",  # a person without sessions has none to end
    *("desk:survey_close", "desk:answer_reopen"),  # closed once; open already
    *("desk:answer_extend", "desk:answer_enter", "desk:answer_end_entry"),  # the same again is none
    "trainees:withdraw",  # what was withdrawn is not withdrawn again, and mails nothing
    "schedule:calendar",  # the button knows the number of the address that it renews
    "desk:work_cancel",  # what has ended is not ended again
}
# A row is edited with its version (test_stale_edits.py); the last step of two of them submits.
EDITS = {
    *("desk:recruitment_text", "desk:recruitment_opening", "desk:recruitment_offer"),
    *("recruitment:body_edit", "recruitment:contact", "recruitment:nomination"),
    *("recruitment:order", "placements:wishes"),
    *("hosts:relay_round", "hosts:relay_remark", "hosts:relay_answer_remark"),
    *("hosts:relay_letter", "hosts:relay_order"),
    *("desk:survey_text", "desk:survey_deadlines", "desk:survey_question", "hosts:questions"),
    *("hosts:request_step", "hosts:unit", "hosts:contribution", "hosts:programme_texts"),
    *("hosts:tie", "trainees:application_step", "accounts:profile"),
}
# What was typed replaces what was typed before.
AUTOSAVES = {
    *("placements:wishes_autosave", "nomination_sheets:sheet"),
    *("accounts:question_autosave", "accounts:question_ask_autosave"),
    "hosts:questions_autosave",
    "hosts:request_autosave",
    *("hosts:unit_autosave", "hosts:unit_add_autosave", "hosts:programme_texts_autosave"),
    *("hosts:contribution_autosave", "hosts:contribution_add_autosave"),
    "trainees:application_autosave",
    "desk:sheet",
}
AUTOSAVES |= {"hosts:workbook", "hosts:relay_workbook", "desk:survey_workbook"}
READS = {
    *("trainees:documents", "trainees:document", "desk:documents"),
    *("recruitment:home", "recruitment:opening", "recruitment:sheet", "recruitment:text_file"),
    *("recruitment:bodies", "recruitment:body", "recruitment:nominations"),
    "nomination_sheets:template",
    *("accounts:questions", "accounts:question_file"),
    *("hosts:answer", "hosts:home", "hosts:relay", "hosts:request"),
    *("hosts:relay_operator", "hosts:relay_letter_preview", "hosts:relay_letter_file"),
    *("desk:relay", "desk:relay_letter"),
    *("hosts:programme", "hosts:programme_versions"),
    *("hosts:approval", "hosts:approval_print", "hosts:people", "hosts:hand_over"),
    *("hosts:history", "hosts:take_over_sent", "hosts:versions"),
    *("desk:survey_overview", "desk:survey_governments", "desk:answer_versions"),
    *("hosts:ties", "hosts:tie_document"),
    *("hosts:relay_approval", "hosts:relay_approval_print"),
    *("trainees:status", "trainees:application", "placements:notice"),
    *("trainees:consents", "trainees:versions", "trainees:conditions"),
    *("desk:application", "desk:application_versions", "desk:duplicates"),
    *("desk:application_passport", "desk:application_health"),  # each look is recorded
    *("trainees:receipt", "desk:application_dossier", "desk:work", "desk:work_file"),
    "trainees:consents",
    *("accounts:home", "accounts:overview", "accounts:invitation", "accounts:link"),
    *("cases:forwarded", "cases:forwarded_sheet", "cases:statement_own_file"),
    *("cases:statements", "cases:statement_file"),
    *("desk:survey_compose", "desk:survey_preview", "desk:survey_questions"),
    *("desk:access", "desk:sheets", "desk:sheet_export"),
    *("hosts:workbook_file", "hosts:workbook_faults", "hosts:relay_workbook_file"),
    *("desk:survey_workbook_file", "desk:survey_workbook_faults"),
    *("desk:start", "desk:answer", "desk:letter", "desk:board"),
    *("outreach:home", "outreach:help", "outreach:accessibility", "outreach:privacy"),
}
OURS = {
    "recruitment",
    "nomination_sheets",
    "schedule",
    "hosts",
    "trainees",
    "placements",
    "cases",
    "accounts",
    "desk",
    "outreach",
}


def routes_of(resolver: URLResolver, namespaces: tuple[str, ...] = ()) -> set[str]:
    found = set()
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            found.add(":".join([*namespaces, entry.name or ""]))
        else:
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            found |= routes_of(entry, inner)
    return found


def test_every_route_of_ours_is_told_apart():
    routes = {name for name in routes_of(get_resolver()) if name.split(":")[0] in OURS}

    told = FORMS.keys() | MOVES | EDITS | AUTOSAVES | READS
    assert routes - told == set()
    assert {name for name in told if not name.startswith("admin:")} - routes == set()


@pytest.mark.django_db
def test_every_add_form_of_the_desk_stands_in_the_table():
    request = RequestFactory().get("/")
    request.user = staff_member(Role.ADMINISTRATOR)

    can_add = {
        f"admin:{model._meta.label_lower}"
        for model, model_admin in admin.site._registry.items()
        if model_admin.has_add_permission(request)
    }

    assert can_add == {name for name in FORMS if name.startswith("admin:")}


def opened(live_server: Any, form: Form) -> dict[str, Any]:
    """The form as the browser shows it, its key included, with what the person types."""
    from django.test import Client

    client = Client()
    client.force_login(form.user)
    page = client.get(form.page)
    assert page.status_code == 200, page
    (keyed, *_more) = [
        each for each in forms_of(page.content) if "once" in each and fits(each, form)
    ]
    uuid.UUID(keyed["once"][0])
    return {**keyed, **form.typed}


def fits(shown: dict[str, list[str]], form: Form) -> bool:
    """On a page with several forms: the one with the fields that are typed into, and no other."""
    textual = {name for name in form.typed if name in {"reason", "fiscal_year", "email", "code"}}
    return textual <= shown.keys() and ("reason" in shown) == ("reason" in form.typed)


def check_one_effect(form: Form, live_server: Any, data: dict[str, Any]) -> None:
    answers = post_many(live_server, [(form.user, form.address, data)] * 2)

    assert form.made() == form.expected
    assert [answer.status for answer in answers] == [302, 302]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", FORMS)
def test_two_clicks_at_once_make_one(live_server, name: str):
    form = FORMS[name]()

    check_one_effect(form, live_server, opened(live_server, form))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", FORMS)
def test_a_form_whose_answer_was_lost_is_sent_again_without_harm(live_server, name: str):
    """And its key is of no use to somebody else."""
    form = FORMS[name]()
    data = opened(live_server, form)
    port, headers = port_of(live_server), signed_in(form.user)
    with Proxy(port) as line:
        line.mode = "cut"
        (lost,) = at_once(lambda: post(line.port, headers, form.address, data))
        assert isinstance(lost, Exception), "the answer was to be lost"
        wait_for(lambda: form.made() == form.expected)

    again = post(port, headers, form.address, data)
    theirs = post(port, signed_in(form.other or staff_member()), form.address, data)

    assert form.made() == form.expected
    assert (again.status, theirs.status in {302, 409, 422}) == (302, True)
    assert Submission.objects.get(key=data["once"][0]).user == form.user


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["hosts:unit_add", "desk:propose", "desk:invite"])
def test_without_its_key_a_form_sent_twice_makes_two(live_server, monkeypatch, name: str):
    monkeypatch.setattr(editing.KeyField, "clean", lambda field, value: None)
    form = FORMS[name]()
    data = opened(live_server, form)

    with pytest.raises(AssertionError):
        check_one_effect(form, live_server, data)


def wait_for(is_so: Callable[[], bool], seconds: float = 20) -> None:
    import time

    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "what was sent did not arrive"
        time.sleep(0.05)
