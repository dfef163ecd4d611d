"""What personal links open here: what was forwarded, and the statement of an employer."""

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.links_purposes import Purpose, register_purpose, subject_row
from accounts.models import PersonalLink
from schedule.models import Cycle
from trainees.models import Application
from trainees.states import ApplicationState

from .models import Forwarding, Opening
from .services.nomination_mails import request_words
from .services.statements import STATEMENT

FORWARDING = "forwarding"


def forwardings_of(link: PersonalLink):
    """What was forwarded to the holder of a link: the row that it is about, and every other that
    names the link.
    """
    rows = Forwarding.objects.filter(link=link)
    if isinstance(row := subject_row(link), Forwarding):
        rows = rows | Forwarding.objects.filter(pk=row.pk)
    return rows.filter(opening__published_at__isnull=False)


def _about_forwarding(link: PersonalLink) -> str:
    """The first request and how many more; the cycle where nothing was forwarded yet."""
    rows = forwardings_of(link).select_related(
        "opening__host_request__answer__government__organisation",
        "opening__host_request__answer__government__prefecture__organisation",
        "opening__host_request__answer__survey__cycle__programme",
    )
    found = list(rows.order_by("pk"))
    if not found and isinstance(row := subject_row(link), Forwarding | Opening):
        opening = row.opening if isinstance(row, Forwarding) else row
        return request_words(opening.host_request, get_language() or "en")
    if not found:
        return link.organisation.name if link.organisation else ""
    first = request_words(found[0].opening.host_request, get_language() or "en")
    if len(found) == 1:
        return first
    return _("{first}, and {more} more").format(first=first, more=len(found) - 1)


def _forwarding_stands(link: PersonalLink) -> bool:
    """While a cycle of what was forwarded is open. A link about another row than a forwarding waits
    for what is forwarded by it.
    """
    open_rows = forwardings_of(link).filter(
        opening__host_request__answer__survey__cycle__state=Cycle.State.OPEN
    )
    return open_rows.exists()


def _ask_the_office(link: PersonalLink) -> str:
    """The office that forwarded it, with its address."""
    row = forwardings_of(link).select_related("opening__office__organisation").first()
    office = row.opening.office if row else None
    if office is None:
        return ""
    return f"{office.organisation.name} {office.email}".strip()


register_purpose(
    Purpose(
        code=FORWARDING,
        title=gettext_lazy("Request for candidates from your country"),
        page="cases:forwarded",
        about=_about_forwarding,
        stands=_forwarding_stands,
        ask=_ask_the_office,
    )
)


def application_of(link: PersonalLink) -> Application | None:
    """The case of a link to a statement."""
    row = subject_row(link)
    return row if isinstance(row, Application) else None


def _about_statement(link: PersonalLink) -> str:
    """The name and the number of the case: the employer has to know of whom it speaks."""
    case = application_of(link)
    if case is None:
        return ""
    return _("{name}, case {number}").format(
        name=case.trainee.passport_name, number=case.case_number
    )


def _statement_stands(link: PersonalLink) -> bool:
    case = application_of(link)
    if case is None or case.state == ApplicationState.WITHDRAWN:
        return False
    return case.cycle.state == Cycle.State.OPEN


def _ask_who_asked(link: PersonalLink) -> str:
    """The office of the case, else the operator."""
    case = application_of(link)
    if case is None:
        return ""
    nomination = (
        case.nominations.filter(office__isnull=False).select_related("office__organisation").first()
    )
    if nomination and nomination.office:
        return f"{nomination.office.organisation.name} {nomination.office.email}".strip()
    programme = case.cycle.programme
    return f"{programme.operator.name} {programme.contact_email}".strip()


register_purpose(
    Purpose(
        code=STATEMENT,
        title=gettext_lazy("Statement of the employer"),
        page="cases:statement",
        about=_about_statement,
        stands=_statement_stands,
        ask=_ask_who_asked,
        is_public=False,  # it names the nominee
    )
)
