"""The staff desk in the access table: staff and administrators only, whatever the object.

Staff see every row. People, memberships and organisations are changed by administrators alone;
nothing is deleted. A row that does not exist leads back to the first page.
"""

from django.contrib import admin

from tests.access.door import SERVED
from tests.access.table import ACCOUNTS, DESK, EVERYBODY, PEOPLE, PORTAL, Row, desk

AUTOCOMPLETE = (
    "/admin/autocomplete/?app_label=accounts&model_name=membership&field_name=organisation"
)


def administrators(methods: str) -> Row:
    """A page about a person, for administrators; staff are refused before it is looked up."""
    everybody = {"staff": ("known", "unknown")}
    return desk(methods, "person", who={"administrator": ("known",)}, sees=everybody)


PAGES: dict[str, Row] = {
    "admin/": Row("GET", EVERYBODY, strangers=SERVED),
    "desk:start": desk("GET"),
    "desk:open_cycle": desk("POST"),
    "desk:nominate": desk("GET POST", "cycle"),
    "desk:answer": desk("GET", "deskanswer"),
    "desk:answer_receive": desk("POST", "deskanswer"),
    "desk:answer_return": desk("POST", "deskanswer"),
    "desk:answer_extend": desk("GET POST", "deskanswer"),
    "desk:answer_enter": desk("GET POST", "deskanswer"),
    "desk:answer_end_entry": desk("POST", "deskanswer"),
    "desk:answer_reopen": desk("GET POST", "deskanswer"),
    "desk:answer_versions": desk("GET", "deskanswer"),
    "desk:survey_overview": desk("GET", "cycle"),
    "desk:survey_governments": desk("GET", "cycle"),
    "desk:survey_remind": desk("GET POST", "cycle"),
    "desk:survey_close": desk("GET POST", "cycle"),
    "desk:answer_comments": desk("GET POST", "deskanswer"),
    "desk:relay": desk("GET", "deskround"),
    "desk:relay_letter": desk("GET", "deskrelayletter"),
    "desk:application_return": desk("GET POST", "deskapplication"),
    # --- one application, and the records of one person
    "desk:application": desk("GET", "deskapplication"),
    "desk:application_versions": desk("GET", "deskapplication"),
    "desk:application_passport": desk("POST", "deskapplication"),
    "desk:application_health": desk("POST", "deskapplication"),
    "desk:application_complete": desk("POST", "deskapplication"),
    "desk:application_freeze": desk("POST", "deskapplication"),
    "desk:application_withdraw": desk("GET POST", "deskapplication"),
    "desk:application_waive": desk("GET POST", "deskapplication", values={"rule": "age"}),
    "desk:application_unwaive": desk("POST", "deskapplication", values={"rule": "age"}),
    "desk:application_reopen": desk("GET POST", "deskapplication"),
    "desk:reopening": desk("GET POST", "deskreopening"),
    "desk:reopening_end": desk("POST", "deskreopening"),
    "desk:duplicates": desk("GET"),
    "desk:pair": desk("GET POST", "deskpair"),
    "desk:pair_apart": desk("POST", "deskpair"),
    "desk:pair_not_apart": desk("POST", "deskpair"),
    "desk:merge": desk("GET POST", "deskmerge"),
    "desk:application_dossier": desk("GET", "deskapplication", values={"extent": "excerpt"}),
    "desk:request_dossiers": desk("GET POST", "deskrequest"),
    # Long work is there for whoever asked for it and for no colleague.
    "desk:work": desk("GET", "work", who={"staff": ("known",)}),
    "desk:work_cancel": desk("POST", "work", who={"staff": ("known",)}),
    "desk:work_file": desk("GET", "workfile", who={"staff": ("known",)}),
    "desk:documents": desk("GET", "deskapplication"),
    "desk:document_accept": desk("POST", "deskdocument"),
    "desk:document_refuse": desk("GET POST", "deskdocument"),
    "desk:close_cycle": desk("GET POST", "cycle"),
    "desk:call_off_cycle": desk("GET POST", "cycle"),
    # --- the recruitment of a cycle
    "desk:recruitment": desk("GET POST", "cycle"),
    "desk:recruitment_text": desk("GET POST", "cycle"),
    "desk:recruitment_text_add": desk("GET POST", "cycle"),
    "desk:recruitment_text_remove": desk("POST", "desktext"),
    "desk:recruitment_offer": desk("GET POST", "cycle"),
    "desk:recruitment_publish": desk("GET POST", "cycle"),
    "desk:recruitment_add": desk("GET POST", "cycle"),
    "desk:recruitment_opening": desk("GET POST", "deskopening"),
    "desk:recruitment_close": desk("GET POST", "deskopening"),
    # --- a survey that is composed
    "desk:survey_compose": desk("GET", "cycle"),
    "desk:survey_text": desk("GET POST", "cycle"),
    "desk:survey_deadlines": desk("GET POST", "cycle"),
    "desk:survey_preview": desk("GET", "cycle"),
    "desk:survey_open": desk("GET POST", "cycle"),
    "desk:survey_asked": desk("GET POST", "cycle"),
    "desk:survey_ask_one": desk("POST", "cycle"),
    "desk:survey_relays": desk("GET POST", "cycle"),
    "desk:survey_questions": desk("GET", "cycle"),
    "desk:survey_question_add": desk("GET POST", "cycle"),
    "desk:survey_roll_forward": desk("POST", "cycle"),
    "desk:survey_question": desk("GET POST", "question"),
    "desk:survey_question_move": desk("POST", "question"),
    # A question that is gone is gone: deleting it again leads back to the list.
    "desk:survey_question_delete": desk(
        "POST", "question", who=dict.fromkeys(DESK, ("known", "unknown"))
    ),
    "desk:letter": desk("GET", "letter"),
    "desk:mails_send_again": desk("GET POST"),
    "desk:mails_arrived": desk("GET POST"),
    "desk:sheets": desk("GET"),
    "desk:sheet": desk("GET POST", values={"kind": "applications"}),
    "desk:sheet_preview": desk("GET POST", "upload", who={"staff": ("known",)}),  # one's own file
    "desk:sheet_export": desk("GET", values={"kind": "applications", "form": "csv"}),
    "desk:survey_workbook": desk("GET POST", "cycle"),
    "desk:survey_workbook_file": desk("GET", "cycle"),
    "desk:survey_workbook_waiting": desk("GET POST", "deskworkbook", who={"staff": ("known",)}),
    "desk:survey_workbook_faults": desk("GET", "deskworkbook", who={"staff": ("known",)}),
    # --- other people's ways in
    "desk:access": administrators("GET"),
    "desk:end_sessions": administrators("POST"),
    "desk:close_account": administrators("POST"),
    "desk:reopen_account": administrators("POST"),
    "desk:reset_factor": administrators("POST"),
    "desk:invite": desk("GET POST"),
    "desk:take_over": desk("GET POST", "desktakeover"),
    "desk:board": desk("GET", "cycle"),
    "desk:propose": desk("POST", "cycle"),
    "desk:place": desk("POST", "cycle"),
    "desk:decide": desk("GET POST", "cycle"),
    "desk:take_back": desk("GET POST", "placement"),
    # --- the admin's own
    "admin:index": Row("GET", EVERYBODY, strangers=SERVED),  # the same address as "admin/"
    "admin:login": Row("GET", DESK),
    "admin:logout": Row("POST", PEOPLE, strangers=SERVED, also=frozenset({SERVED})),
    "admin/password_change/": Row("GET", EVERYBODY, strangers=SERVED),  # leads to one's account
    "admin:password_change": Row("GET", EVERYBODY, strangers=SERVED),  # the same address
    "admin:password_change_done": desk("GET"),
    "admin:search": desk("GET", path="/admin/search/?s=a"),
    "admin:autocomplete": desk("GET", path=AUTOCOMPLETE),
    "admin:jsi18n": desk("GET"),
    "admin:app_list": desk("GET", path="/admin/hosts/"),
    "admin:view_on_site": desk("GET", who=(), path="/admin/r/1/1/"),
    "admin/(?P<url>.*)$": desk("GET", who=(), path="/admin/nothing/here/"),
}

# What each list offers beyond looking at it: add, change, export, and who changes.
NOTHING = ""
LISTS: dict[str, str] = {
    "accounts_accessevent": NOTHING,
    "accounts_auditrecord": "seen by administrators",
    "accounts_handover": NOTHING,
    "accounts_invitation": NOTHING,
    "accounts_membershipevent": NOTHING,
    "accounts_personallink": NOTHING,
    "accounts_takeover": NOTHING,
    "accounts_organisation": "add change by administrators",
    "accounts_thread": NOTHING,
    "accounts_user": "change by administrators",
    "auditlog_logentry": NOTHING,
    "files_storedfile": NOTHING,
    "hosts_hostrequest": "export",
    "hosts_localgovernment": "change export",
    "hosts_surveyanswer": NOTHING,
    "hosts_tie": NOTHING,
    "hosts_trainingprogramme": NOTHING,
    "notices_letter": NOTHING,
    "notices_mail": NOTHING,
    "placements_matchrun": NOTHING,
    "placements_nomination": NOTHING,
    "placements_placement": NOTHING,
    "schedule_cycle": "change",
    "schedule_deadline": "change",
    "schedule_programme": "add change",
    "trainees_application": "export",
    "trainees_document": NOTHING,
    "trainees_documentkind": "add change",
    "trainees_documentrule": "add change",
    "trainees_overseasoffice": "add change",
    "trainees_sendinggovernment": "add change",
    "trainees_trainee": "change",
}


def _rows_of(name: str, offers: str) -> dict[str, Row]:
    """The routes that the admin makes for one list."""
    words = offers.split()
    row = f"row {name}"
    app, model = name.split("_")
    readers = ("administrator",) if "seen" in words else DESK
    changers = ("administrator",) if "administrators" in words else DESK
    anything = dict.fromkeys(readers, ("known", "unknown"))
    led_on = dict.fromkeys(DESK, ("known", "unknown"))
    changed = dict.fromkeys(changers if "change" in words else (), ("known", "unknown"))
    adders = changers if "add" in words else ()
    rows = {
        f"admin:{name}_changelist": Row("GET POST", readers, is_desk=True),
        f"admin:{name}_add": Row("GET POST", adders, is_desk=True),
        f"admin:{name}_change": Row("GET POST", anything, row, posts=changed, is_desk=True),
        f"admin:{name}_history": Row("GET", anything, row, is_desk=True),
        f"admin:{name}_delete": Row("GET POST", {}, row, is_desk=True),
        # Leads on to the row's page, whatever the number.
        f"admin/{app}/{model}/<path:object_id>/": Row("GET", led_on, row, is_desk=True),
    }
    if "export" in words:
        rows[f"admin:{name}_export"] = desk("GET POST")
    return rows


ROWS: dict[str, Row] = {**PORTAL, **ACCOUNTS, **PAGES}
for _name, _offers in LISTS.items():
    ROWS |= _rows_of(_name, _offers)


def model_of(kind: str) -> type:
    """The model behind the object kind `row accounts_user`."""
    label = kind.removeprefix("row ").replace("_", ".", 1)
    return next(each for each in admin.site._registry if each._meta.label_lower == label)
