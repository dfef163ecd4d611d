"""Every form of the portal that makes something: where it stands, what is typed, what it makes."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.models import Invitation, Organisation, PersonalLink, Role, Thread, User
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
from placements.models import MatchRun, Nomination, Placement
from schedule.lgotp import ensure_lgotp
from schedule.models import Cycle, Programme
from schedule.vocabulary import Route
from tests.desk.sending.base import Form
from tests.desk.sending.offices import OFFICE_FORMS
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
from trainees.models import (
    DocumentKind,
    DocumentRule,
    OverseasOffice,
    SenderStatement,
    SendingGovernment,
)


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
