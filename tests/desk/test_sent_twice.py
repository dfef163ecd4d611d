"""Double click, reload, an answer lost on the way: one effect for every form that makes something
(P20). Every route of the portal is told apart here; a new one without a row fails.
"""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from accounts import editing
from accounts.models import Role, Submission
from tests.desk.sending.base import Form
from tests.desk.sending.forms import FORMS
from tests.factories import staff_member
from tests.faults.barrier import at_once
from tests.faults.pages import forms_of, port_of, post, post_many, signed_in
from tests.faults.proxy import Proxy

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
    # Forms of people without an account bear keys, too (tests/placements/cases/test_forwarded.py).
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
# A row is edited with its version (edits.py); the last step of two of them submits.
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
