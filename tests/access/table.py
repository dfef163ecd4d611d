"""Who may do what: the portal's access document, compared with every route by `test_routes`.

One row for each route. A row says which methods are served, of whom, and, where the address names
an object, of which objects. What is not said is refused, always in the same words:

    strangers (nobody signed in, a link without an account, a closed account)   to the sign-in
    an official without a second factor                                        to its set-up
    an object that is not theirs, as one that does not exist                    404
    an object that they see but may not change that way                         403
    a page of another role                                                      403
    a method that the page does not serve                                       405

OPTIONS, PUT, PATCH and DELETE are served nowhere. HEAD is answered as GET, without the body.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.access.door import FACTOR, FORBIDDEN, LOGIN, MISSING, NOT_SERVED, SERVED

# Roles of DESIGN.md, and people in between. ---------------------------------------------------
STRANGERS = ("anonymous", "link", "inactive")
PEOPLE = (
    "trainee",
    "alumnus",
    "coordinator",
    "relay",
    "tax",
    "office",
    "institute",
    "mic",
    "reviewer",
    "former",  # a coordinator whose membership has ended
    "staff",
    "administrator",
)
DESK = ("staff", "administrator")
WITHOUT_FACTOR = "nofactor"
OPEN: dict[str, Any] = {"open_without_factor": True}  # what leads to a second factor, and out
ROLES = (*STRANGERS, WITHOUT_FACTOR, *PEOPLE)
OFFICIALS = tuple(role for role in PEOPLE if role not in {"trainee", "alumnus", "former"})
EVERYBODY = STRANGERS + PEOPLE

# Objects: one's own, the neighbour's (a municipality of the same prefecture; a trainee of the same
# cycle and country), a designated city of the prefecture (it answers directly), a foreign one.
MUNICIPALITIES = ("own", "neighbour", "designated", "foreign")
RELAYED = ("own", "neighbour")
CANDIDATES = ("own", "neighbour", "foreign")

Who = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Row:
    """What one route serves."""

    methods: str
    who: Who | tuple[str, ...]
    object: str = ""
    posts: Who | tuple[str, ...] | None = None  # whose POST is served, where others may only look
    sees: Who = field(default_factory=dict)  # may see the object, but not do this
    others: str = FORBIDDEN
    strangers: str = LOGIN
    is_desk: bool = False  # who is no staff is led to the desk's sign-in, before any object
    open_without_factor: bool = False
    values: Mapping[str, object] = field(default_factory=dict)
    sends: Mapping[str, str] = field(default_factory=dict)
    path: str = ""
    also: frozenset[str] = frozenset()  # what a package's page may answer beside that


def public(methods: str, *, object: str = "", **more) -> Row:
    """Anybody, signed in or not; an object is found by whoever knows its code or link."""
    found = dict.fromkeys(EVERYBODY, ("known", "own")) if object else EVERYBODY
    others = MISSING if object else SERVED
    return Row(methods, found, object, others=others, strangers=others, **more)


def person(methods: str, **more) -> Row:
    """Everyone who has signed in, for themselves."""
    return Row(methods, PEOPLE, **more)


def account(methods: str, who: tuple[str, ...] = (*PEOPLE, WITHOUT_FACTOR), **more) -> Row:
    """Pages of one's own account; those that set up the second factor are open without it."""
    return Row(methods, who, **more)


def entrance(methods: str, **more) -> Row:
    """The ways in: open to everybody; who is in already is led on."""
    return Row(
        methods,
        (*EVERYBODY, WITHOUT_FACTOR),
        strangers=SERVED,
        **more,
    )


def page(methods: str, *roles: str) -> Row:
    """A page of these roles, about what is theirs."""
    return Row(methods, roles)


def of(object: str, methods: str, who: Who, *, sees: Who | None = None, **more) -> Row:
    """A page about one object; everybody else is told that it does not exist."""
    return Row(methods, who, object, sees=sees or {}, others=MISSING, **more)


def by_link(object: str, methods: str, **more) -> Row:
    """A page of whoever holds the personal link; for everybody else it does not exist."""
    return Row(methods, HOLDER, object, others=MISSING, strangers=MISSING, **more)


def desk(methods: str, object: str = "", *, who: tuple[str, ...] | None = None, **more) -> Row:
    """A page of the staff desk; all others are led to its sign-in, whatever the object."""
    if who is None:
        who = dict.fromkeys(DESK, ("known",)) if object else DESK
    return Row(methods, who, object, is_desk=True, **{"others": MISSING, **more})


STAFF_READ = dict.fromkeys(DESK, MUNICIPALITIES)
SURVEY_READERS = {"coordinator": ("own",), "relay": RELAYED, **STAFF_READ}
SURVEY_WATCHERS = {"relay": RELAYED, **STAFF_READ}  # they read along and change nothing
HOST = {"coordinator": ("own",)}
THREADS = ("own", "neighbour", "foreign")
STAFF_THREADS = dict.fromkeys(DESK, THREADS)
THREAD_READERS = {"coordinator": ("own",), "relay": ("own",), **STAFF_THREADS}
STAFF_FILES = dict.fromkeys(DESK, (*THREADS, "internal"))
OFFICE_READERS = SURVEY_READERS  # the same people look after the office
RELAY = {"relay": RELAYED}
NOT_RELAY = {**HOST, **STAFF_READ}  # they see the answer and do not relay it
ROUND = {"relay": ("own",)}
# A final letter: its addressee and the staff read it, its relay alone corrects it.
LETTER_READERS = {
    "coordinator": ("own",),
    "relay": RELAYED,
    **dict.fromkeys(DESK, ("own", "neighbour", "foreign")),
}
LETTER_ONLY_READERS = {name: who for name, who in LETTER_READERS.items() if name != "relay"}
NOMINEE = {"trainee": ("own",)}
# A personal link opens its one case, in the browser that has typed the code, and nothing else.
HOLDER = {"link": ("own",)}
# Who looks after a nominee: the host for its own selection, the officers of the office, the staff.
CARERS = {
    "coordinator": ("hosted",),
    "office": ("officed",),
    **dict.fromkeys(DESK, ("own", "neighbour", "foreign", "hosted", "officed", "elsewhere")),
}
OFFICERS = {name: who for name, who in CARERS.items() if name != "coordinator"}
STAFF_CARERS = {name: who for name, who in CARERS.items() if name in DESK}
ALL_NOTICES = ("trainee", "traineenear", "traineefar", "traineelate", "alumnus")
STAFF_NOTICES = tuple(f"{who}_{side}" for who in ALL_NOTICES for side in ("host", "trainee"))

# An overseas office sees what was published to it and the bodies of its countries; staff see all.
OF_OFFICE = {"office": ("own",), **dict.fromkeys(DESK, ("own", "foreign"))}
NOMINATED = {"office": ("officed",), **dict.fromkeys(DESK, ("officed", "elsewhere"))}
WISHES_READ = {"office": ("neighbour",), **dict.fromkeys(DESK, CANDIDATES)}

PORTAL: dict[str, Row] = {
    # --- overseas offices
    "recruitment:home": page("GET", "office", *DESK),
    "recruitment:bodies": page("GET", "office", *DESK),
    "recruitment:body_add": Row("GET POST", ("office", *DESK), values={"kind": "agency"}),
    "recruitment:nominations": page("GET", "office", *DESK),
    "recruitment:order": page("GET POST", "office", *DESK),
    "recruitment:nominations_forward": page("GET POST", "office", *DESK),
    "recruitment:opening": of("opening", "GET", OF_OFFICE),
    "recruitment:sheet": of("opening", "GET", OF_OFFICE, values={"language": "en"}),
    "recruitment:forward": of("opening", "GET POST", OF_OFFICE),
    "recruitment:remind": of("opening", "GET POST", OF_OFFICE),
    "recruitment:nominate": of("opening", "GET POST", OF_OFFICE),
    "recruitment:answer": of("forwarding", "GET POST", OF_OFFICE),
    "recruitment:link": of("forwarding", "GET POST", OF_OFFICE),
    "recruitment:body": of("body", "GET", OF_OFFICE),
    "recruitment:body_edit": of("body", "GET POST", OF_OFFICE),
    "recruitment:contact_add": of("body", "GET POST", OF_OFFICE),
    "recruitment:talk_add": of("body", "GET POST", OF_OFFICE),
    "recruitment:contact": of("contactabroad", "GET POST", OF_OFFICE),
    "recruitment:nomination": of("nominee", "GET POST", NOMINATED),
    "recruitment:text_file": of(
        "recruitmenttext", "GET", dict.fromkeys(("office", *DESK), ("own",))
    ),
    "nomination_sheets:sheet": page("GET POST", "office", *DESK),
    "nomination_sheets:template": page("GET", "office", *DESK),
    "nomination_sheets:preview": of("nominationsheet", "GET POST", {"office": ("own",)}),
    "placements:wishes": of(
        "application",
        "GET POST",
        {**NOMINEE, **WISHES_READ},
        posts=NOMINEE,
        sees=WISHES_READ,
    ),
    "placements:wishes_autosave": of("application", "POST", NOMINEE),
    # --- for machines and for everybody
    "favicon.ico": public("GET"),
    "healthz": public("GET"),
    "readyz": public("GET"),
    "switch_language": entrance("GET", values={"code": "en"}, **OPEN),
    "set_language": public("GET POST"),
    "verify:form": public("GET POST"),
    "verify:letter": public("GET", object="code"),
    "outreach:home": public("GET"),
    "outreach:help": public("GET"),
    "outreach:accessibility": public("GET"),
    "outreach:privacy": public("GET"),
    # --- one's own pages
    "accounts:home": person("GET"),
    "accounts:overview": person("GET"),
    "accounts:profile": person("GET POST"),
    # Questions: of one's own request to the relay, of the neighbour's and of the foreign one to the
    # operator. Those who ask, those who are asked, and the staff; nobody else.
    "accounts:questions": person("GET"),
    "accounts:question_ask": of("request", "GET POST", SURVEY_READERS, values={"slug": "request"}),
    "accounts:question_ask_autosave": of(
        "request", "POST", SURVEY_READERS, values={"slug": "request"}
    ),
    "accounts:question": of("thread", "GET POST", THREAD_READERS),
    "accounts:question_autosave": of("thread", "POST", THREAD_READERS),
    "accounts:question_close": of(
        "thread",
        "POST",
        {"coordinator": ("own",), **STAFF_THREADS},
        sees={"relay": ("own",)},
    ),
    "accounts:question_reopen": of("thread", "POST", THREAD_READERS),
    "accounts:question_file": of("threadfile", "GET", {**THREAD_READERS, **STAFF_FILES}),
    # Whoever has opened a link in this browser, and nobody else; asked before the link is opened.
    "accounts:accept": Row("GET POST", ("link",), others=MISSING, strangers=MISSING),
    "accounts:invitation": public("GET", object="token"),
    "accounts:invitation_again": public("POST"),
    # Only who has opened a live link in this browser; the address of the mail is answered alike,
    # whatever its token, and asked last: this browser has then opened another.
    "accounts:link_opened": Row("GET POST", ("link",), others=MISSING, strangers=MISSING),
    "accounts:link_code": Row("GET POST", ("link",), others=MISSING, strangers=MISSING),
    "accounts:link": public("GET", values={"token": "of-no-link"}),
    # --- cases abroad, by personal link
    "cases:forwarded": by_link("forwardlink", "GET"),
    "cases:forwarded_answer": by_link("forwardlink", "GET POST"),
    "cases:forwarded_nominate": by_link("forwardlink", "GET POST"),
    "cases:forwarded_sheet": by_link("forwardlink", "GET", values={"language": "en"}),
    "cases:statement": by_link("statementlink", "GET POST"),
    "cases:statement_own_file": by_link("statementlink", "GET"),
    # --- statements of employers, and nominees, for those who look after them
    "cases:statements": page("GET", "coordinator", "office", *DESK),
    "cases:statement_ask": of("nominee", "GET POST", CARERS),
    "cases:statement_enter": of("nominee", "GET POST", STAFF_CARERS, sees=CARERS),
    "cases:statement_file": of("statementfile", "GET", OFFICERS),
    "placements:own_nominate": of(
        "ownrequest", "GET POST", HOST, sees={"relay": ("own",), **STAFF_READ}
    ),
    "placements:nomination_withdraw": of("nominee", "GET POST", CARERS),
    "placements:nomination_replace": of("nominee", "GET POST", CARERS),
    "placements:nomination_again": of("nominee", "POST", CARERS),
    "usersessions_list": person("GET POST"),
    # --- hosts and their relay
    "hosts:home": page("GET", "coordinator", "relay"),
    "hosts:relay": page("GET", "relay"),
    "hosts:answer": of("answer", "GET", SURVEY_READERS),
    "hosts:versions": of("answer", "GET", SURVEY_READERS),
    "hosts:no_demand": of("answer", "GET POST", HOST, sees=SURVEY_WATCHERS),
    "hosts:workbook": of("answer", "GET POST", SURVEY_READERS, posts=HOST, sees=SURVEY_WATCHERS),
    "hosts:workbook_file": of("answer", "GET", SURVEY_READERS),
    "hosts:workbook_waiting": of("workbook", "GET POST", HOST),  # one's own file
    "hosts:workbook_faults": of("workbook", "GET", HOST),
    "hosts:relay_workbook": page("GET POST", "relay"),
    "hosts:relay_workbook_file": page("GET", "relay"),
    "hosts:approval": of("answer", "GET", SURVEY_READERS),
    "hosts:approval_print": of("answer", "GET", SURVEY_READERS),
    "hosts:relay_approval": page("GET", "relay"),
    "hosts:relay_approval_print": page("GET", "relay"),
    # --- the people of an office; a relay reads along and may let in, it does not leave for them
    "hosts:people": of("office", "GET", OFFICE_READERS),
    "hosts:people_invite": of("office", "GET POST", OFFICE_READERS),
    "hosts:people_leave": of(
        "office", "GET POST", HOST, sees={"relay": RELAYED, **dict.fromkeys(DESK, MUNICIPALITIES)}
    ),
    "hosts:hand_over": of("office", "GET", OFFICE_READERS),
    "hosts:history": of("office", "GET", OFFICE_READERS),
    "hosts:people_stay": of("handover", "POST", HOST),
    "hosts:invitation_again": of("waiting", "POST", OFFICE_READERS),
    "hosts:invitation_back": of("waiting", "POST", OFFICE_READERS),
    "hosts:take_over": public("GET POST"),
    "hosts:take_over_sent": public("GET"),
    "hosts:take_over_withdraw": public("GET POST", values={"token": "of-no-request"}),
    "hosts:take_over_decide": of(
        "takeover", "GET POST", {"relay": RELAYED, **dict.fromkeys(DESK, MUNICIPALITIES)}
    ),
    "hosts:questions": of("answer", "GET POST", HOST, sees=SURVEY_WATCHERS),
    "hosts:questions_autosave": of("answer", "POST", HOST, sees=SURVEY_WATCHERS),
    "hosts:request_start": of("answer", "POST", HOST, sees=SURVEY_WATCHERS),
    "hosts:relay_act": of(
        "answer", "POST", {"relay": RELAYED}, sees={**HOST, **STAFF_READ}, sends={"act": "forward"}
    ),
    "hosts:relay_forward": page("GET POST", "relay"),
    "hosts:relay_return": of("answer", "GET POST", RELAY, sees=NOT_RELAY),
    "hosts:relay_answer_remark": of("answer", "GET POST", RELAY, sees=NOT_RELAY),
    "hosts:relay_entry": of("answer", "GET POST", RELAY, sees=NOT_RELAY),
    "hosts:relay_entry_end": of("answer", "POST", RELAY, sees=NOT_RELAY),
    "hosts:relay_round": of("round", "GET POST", ROUND),
    "hosts:relay_remark": of("round", "GET POST", ROUND),
    "hosts:relay_order": of("round", "GET POST", ROUND),
    "hosts:relay_operator": of("round", "GET", ROUND),
    "hosts:relay_letters": of("round", "GET POST", ROUND, sends={"direction": "up"}),
    "hosts:relay_letter": of("relayletter", "GET POST", RELAY, sees=LETTER_ONLY_READERS),
    "hosts:relay_letter_preview": of("relayletter", "GET", RELAY, sees=LETTER_ONLY_READERS),
    "hosts:relay_letter_finish": of("relayletter", "POST", RELAY, sees=LETTER_ONLY_READERS),
    "hosts:relay_letter_correct": of("relayletter", "POST", RELAY, sees=LETTER_ONLY_READERS),
    "hosts:relay_letter_discard": of("relayletter", "POST", RELAY, sees=LETTER_ONLY_READERS),
    "hosts:relay_letter_file": of("relayletter", "GET", LETTER_READERS),
    "hosts:request": of("request", "GET", SURVEY_READERS),
    "hosts:request_discard": of("request", "POST", HOST, sees=SURVEY_WATCHERS),
    "hosts:unit_add": of("request", "GET POST", HOST, sees=SURVEY_WATCHERS),
    "hosts:request_step": of(
        "request", "GET POST", HOST, sees=SURVEY_WATCHERS, values={"step": "period"}
    ),
    "hosts:request_autosave": of(
        "request", "POST", HOST, sees=SURVEY_WATCHERS, values={"step": "period"}
    ),
    "hosts:unit": of("unit", "GET POST", HOST, sees=SURVEY_WATCHERS),
    "hosts:unit_autosave": of("unit", "POST", HOST, sees=SURVEY_WATCHERS),
    "hosts:unit_add_autosave": of("request", "POST", HOST, sees=SURVEY_WATCHERS),
    "hosts:unit_move": of("unit", "POST", HOST, sees=SURVEY_WATCHERS),
    "hosts:contribution_add": of("request", "GET POST", HOST, sees=SURVEY_WATCHERS),
    "hosts:contribution": of("contribution", "GET POST", HOST, sees=SURVEY_WATCHERS),
    "hosts:contribution_autosave": of("contribution", "POST", HOST, sees=SURVEY_WATCHERS),
    "hosts:contribution_add_autosave": of("request", "POST", HOST, sees=SURVEY_WATCHERS),
    "hosts:contribution_delete": of("contribution", "POST", HOST, sees=SURVEY_WATCHERS),
    "hosts:contribution_move": of("contribution", "POST", HOST, sees=SURVEY_WATCHERS),
    "hosts:programme": of("request", "GET", SURVEY_READERS),
    "hosts:programme_versions": of("request", "GET", SURVEY_READERS),
    # The texts are filled in by the staff, too, and once sent only by them.
    "hosts:programme_texts": of(
        "request", "GET POST", {**HOST, **STAFF_READ}, sees={"relay": RELAYED}
    ),
    "hosts:programme_texts_autosave": of(
        "request", "POST", {**HOST, **STAFF_READ}, sees={"relay": RELAYED}
    ),
    "hosts:unit_delete": of("unit", "POST", HOST, sees=SURVEY_WATCHERS),
    "hosts:answer_copy": of("answer", "POST", HOST, sees=SURVEY_WATCHERS),
    "hosts:ties": page("GET", "coordinator", "relay"),
    "hosts:tie_add": page("GET POST", "coordinator"),
    "hosts:tie": of("tie", "GET POST", HOST, sees=SURVEY_WATCHERS),
    "hosts:tie_end": of("tie", "GET POST", HOST, sees=SURVEY_WATCHERS),
    "hosts:tie_remove": of("tie", "POST", HOST, sees=SURVEY_WATCHERS),
    "hosts:tie_document": of("tie", "GET", SURVEY_READERS),
    # --- trainees; an overseas office reads what nationals of its countries have submitted
    "trainees:status": person("GET"),
    "trainees:application": of(
        "application",
        "GET",
        {"trainee": ("own",), "office": ("neighbour",), **dict.fromkeys(DESK, CANDIDATES)},
    ),
    # Papers: the person hands them in; staff look at all, an office at those that were submitted.
    "trainees:documents": of("application", "GET", {"trainee": ("own",)}),
    "trainees:document_hand_in": of(
        "application", "GET POST", {"trainee": ("own",)}, values={"kind": "diploma"}
    ),
    "trainees:document": of(
        "document",
        "GET",
        {"trainee": ("own",), "office": ("neighbour",), **dict.fromkeys(DESK, CANDIDATES)},
    ),
    "trainees:document_take_back": of("document", "POST", {"trainee": ("own",)}),
    "trainees:application_step": of(
        "application", "GET POST", {"trainee": ("own",)}, values={"step": "person"}
    ),
    "trainees:application_autosave": of(
        "application", "POST", {"trainee": ("own",)}, values={"step": "person"}
    ),
    "trainees:reopened": of("application", "GET POST", {"trainee": ("own",)}),
    "trainees:conditions": of("application", "GET", {"trainee": ("own",)}),
    "trainees:versions": of("application", "GET", {"trainee": ("own",)}),
    "trainees:receipt": of("application", "GET", {"trainee": ("own",)}),
    "trainees:withdraw": of("application", "GET POST", {"trainee": ("own",)}),
    # --- one's own calendar; its file is read by whoever knows the secret address
    "schedule:calendar": person("GET POST"),
    "calendar": public("GET", object="calendar"),
    "trainees:passport": of("application", "GET POST", {"trainee": ("own",)}),
    "trainees:consents": of("application", "GET", {"trainee": ("own",)}),
    "trainees:consent_withdraw": of(
        "application", "POST", {"trainee": ("own",)}, values={"kind": "health"}
    ),
    # --- the selection: only the nominee answers; each side reads its own letter, once announced
    "placements:nomination_confirm": of("nomination", "POST", NOMINEE),
    "placements:nomination_refuse": of("nomination", "POST", NOMINEE),
    "placements:notice": of(
        "notice",
        "GET",
        {
            "coordinator": ("trainee_host", "alumnus_host"),
            "trainee": ("trainee_trainee",),
            "alumnus": ("alumnus_trainee",),
            **dict.fromkeys(DESK, STAFF_NOTICES),
        },
    ),
}

# A second factor that one does not have cannot be taken away, nor be asked for anew.
WITH_TOTP = (*OFFICIALS, "former")
WITH_SECRET = (*WITH_TOTP, WITHOUT_FACTOR)  # a password or a factor to be asked for
OWN_KEY = {"coordinator": ("own",)}
RESET_LINK = "/en/account/password/reset/key/abc-def/"

ACCOUNTS: dict[str, Row] = {
    "account_login": entrance("GET POST", **OPEN),
    "account_logout": entrance("GET POST", **OPEN),
    "account_inactive": entrance("GET"),
    "account_signup": entrance("GET POST"),
    "account_request_login_code": entrance("GET POST"),
    "account_confirm_login_code": entrance("GET POST"),
    "account_reset_password": entrance("GET POST"),
    "account_reset_password_done": entrance("GET"),
    "account_reset_password_from_key": entrance("GET POST", path=RESET_LINK),
    "account_reset_password_from_key_done": entrance("GET"),
    "account_email_verification_sent": account("GET POST"),
    "account_email": account("GET POST"),
    "account_change_password": account("GET POST"),
    # Trainees and alumni keep to their codes; nobody else is without a role.
    "account_set_password": account("GET POST", (*OFFICIALS, WITHOUT_FACTOR), others=MISSING),
    "account_reauthenticate": account("GET POST", WITH_SECRET, **OPEN),
    "mfa_index": account("GET", **OPEN),
    "mfa_authenticate": account("GET POST"),
    "mfa_reauthenticate": account("GET POST", WITH_SECRET, **OPEN),
    "mfa_activate_totp": account("GET POST", **OPEN),
    "mfa_deactivate_totp": account("GET POST", WITH_TOTP, others=MISSING, also=frozenset({FACTOR})),
    "mfa_sheet": account("GET POST", **OPEN),
    "mfa_list_webauthn": account("GET", **OPEN),
    "mfa_add_webauthn": account("GET POST", **OPEN),
    "mfa_login_webauthn": account("GET POST"),
    # Without a valid answer of the passkey it leads to the sign-in.
    "mfa_reauthenticate_webauthn": account(
        "GET POST", WITH_SECRET, also=frozenset({LOGIN}), **OPEN
    ),
    "mfa_edit_webauthn": of("key", "GET POST", OWN_KEY),
    "mfa_remove_webauthn": of("key", "GET POST", OWN_KEY),
}


def expected(row: Row, role: str, object: str, method: str) -> set[str]:
    """What the answer to this request may be, by the table."""
    if method not in ("GET", "HEAD", "POST"):
        return {NOT_SERVED}
    if role == WITHOUT_FACTOR and not row.open_without_factor:
        return {FACTOR}
    served = ("GET" if method == "HEAD" else method) in row.methods.split()
    turned_away = row.strangers if role in STRANGERS else row.others
    if row.is_desk and role not in DESK:
        turned_away = LOGIN
    if not served:
        return ({NOT_SERVED, turned_away} - {SERVED, MISSING}) | row.also
    who = row.posts if method == "POST" and row.posts is not None else row.who
    if _holds(who, role, object):
        return {SERVED} | row.also
    return {FORBIDDEN} if _holds(row.sees, role, object) else {turned_away}


def _holds(who: Who | tuple[str, ...], role: str, object: str) -> bool:
    if isinstance(who, Mapping):
        return object in who.get(role, ())
    return role in who
