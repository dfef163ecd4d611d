"""The predecessor has gone: what asking says and does not say, who decides, and only once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Invitation, Membership, Role, User
from accounts.services import accept_invitation
from accounts.succession import TakeOver, TakeOverState
from hosts import tasks
from hosts.duties import confirm_take_over as confirm_duty
from hosts.handing_over import (
    ask_take_over,
    can_confirm,
    confirm_take_over,
    refuse_take_over,
    take_overs,
    withdraw_take_over,
)
from hosts.models import LocalGovernment
from hosts.services import HostError
from notices.models import Mail
from tests.factories import LocalGovernmentFactory, UserFactory, coordinator_of, relay_officer_of
from tests.faults.barrier import at_once, failures

pytestmark = pytest.mark.django_db
together = pytest.mark.django_db(transaction=True)

NEWCOMER = {
    "role": Role.COORDINATOR,
    "name": "佐伯 翔",
    "email": "saeki@city.saijo.lg.jp",
    "section": "観光課",
    "telephone": "0897-00-0000",
    "note": "前任の越智は3月末で異動しました。",
    "language": "ja",
}
CHECK = {"identity_check": "代表電話に折り返した。"}


def ask(government, **changes) -> TakeOver:
    ask_take_over(government, **{**NEWCOMER, **changes})
    return TakeOver.objects.order_by("-pk").first()


def test_asking_gives_no_right_and_tells_the_relay(saijo, coordinator, officer, desk):
    asked = ask(saijo)

    assert (asked.state, asked.confirmer) == (TakeOverState.ASKED, officer_office(officer))
    told = {mail.purpose: mail.to for mail in Mail.objects.all()}
    assert told == {"take_over_asked": officer.email, "take_over_known": coordinator.email}
    assert str(asked.public_id) in Mail.objects.get(purpose="take_over_asked").body
    assert not Mail.objects.filter(to=NEWCOMER["email"]).exists()
    assert not Invitation.objects.exists()
    assert not User.objects.filter(email=NEWCOMER["email"]).exists()


def officer_office(officer: User):
    return Membership.objects.get(user=officer).organisation


@pytest.mark.parametrize("case", ["empty relay", "prefecture", "relay role", "designated"])
def test_where_there_is_no_relay_the_staff_confirm(saijo, ehime, desk, case):
    if case != "empty relay":
        relay_officer_of(ehime)
    kind = LocalGovernment.Kind.DESIGNATED_CITY
    government = {
        "empty relay": saijo,
        "prefecture": ehime,
        "relay role": ehime,
        "designated": LocalGovernmentFactory(prefecture=ehime, kind=kind),
    }[case]
    role = Role.RELAY if case == "relay role" else Role.COORDINATOR

    asked = ask(government, role=role)

    assert asked.confirmer is None
    assert Mail.objects.get(purpose="take_over_asked").to == desk.email
    assert "/admin/take-overs/" in Mail.objects.get(purpose="take_over_asked").body


def test_asked_twice_it_waits_once(saijo, officer):
    ask(saijo)
    ask(saijo, email="SAEKI@city.saijo.lg.jp")

    assert TakeOver.objects.count() == 1
    assert Mail.objects.filter(purpose="take_over_asked").count() == 1


def test_only_so_many_wait_for_one_office(saijo, officer, monkeypatch):
    monkeypatch.setattr(take_overs, "TAKE_OVERS_MAX", 1)
    ask(saijo)
    ask(saijo, email="other@city.saijo.lg.jp")

    assert TakeOver.objects.count() == 1


def test_confirming_invites_the_newcomer_and_ends_who_has_gone(saijo, coordinator, officer):
    asked = ask(saijo)
    gone = Membership.objects.get(user=coordinator)

    confirm_take_over(asked, by=officer, ends=[gone], ends_on=timezone.localdate(), **CHECK)
    accept_invitation(Invitation.objects.get(), by=UserFactory(email=NEWCOMER["email"]))

    gone.refresh_from_db()
    assert gone.ends_on == timezone.localdate()
    assert Mail.objects.filter(purpose="role_ends", to=coordinator.email).count() == 1
    newcomer = User.objects.get(email=NEWCOMER["email"])
    assert newcomer.has_role(Role.COORDINATOR)
    move = asked.moves.get()
    assert (move.to_state, move.by, move.reason) == ("confirmed", officer, CHECK["identity_check"])


def test_refusing_mails_the_reason_and_nothing_else(saijo, coordinator, officer):
    asked = ask(saijo)
    refuse_take_over(asked, by=officer, reason="代表電話で確認できませんでした。")

    mail = Mail.objects.get(to=NEWCOMER["email"])
    assert "確認できませんでした" in mail.body
    assert not Invitation.objects.exists()
    assert Membership.objects.get(user=coordinator).ends_on is None


@pytest.mark.parametrize("second", ["confirm", "refuse"])
def test_what_was_decided_is_not_decided_again(saijo, officer, desk, second):
    asked = ask(saijo)
    confirm_take_over(asked, by=officer, **CHECK)

    again = {
        "confirm": lambda: confirm_take_over(asked, by=desk, **CHECK),
        "refuse": lambda: refuse_take_over(asked, by=desk, reason="x"),
    }

    with pytest.raises(HostError, match="already"):
        again[second]()
    assert Invitation.objects.count() == 1
    assert asked.moves.count() == 1


def test_nobody_confirms_their_own(saijo, officer, desk):
    as_officer = ask(saijo, email=officer.email)
    as_staff = ask(saijo, email=desk.email)

    for asked, person in ((as_officer, officer), (as_staff, desk)):
        assert not can_confirm(person, asked)
        with pytest.raises(HostError):
            confirm_take_over(asked, by=person, **CHECK)
        assert asked.pk not in [d.subject for d in confirm_duty(person, timezone.localdate())]
    assert not Invitation.objects.exists()


def test_others_cannot_confirm(saijo, coordinator, officer):
    asked = ask(saijo)
    foreign = relay_officer_of(LocalGovernmentFactory().prefecture)
    ended = relay_officer_of(saijo.prefecture)
    yesterday = timezone.localdate() - timedelta(days=1)
    Membership.objects.filter(user=ended).update(ends_on=yesterday)

    for person in (coordinator, foreign, ended):
        assert not TakeOver.objects.visible_to(person).exists()
        with pytest.raises(HostError):
            confirm_take_over(asked, by=person, **CHECK)


def test_confirming_needs_a_check_and_refusing_a_reason(saijo, officer):
    asked = ask(saijo)

    with pytest.raises(HostError):
        confirm_take_over(asked, by=officer, identity_check=" ")
    with pytest.raises(HostError):
        refuse_take_over(asked, by=officer, reason=" ")
    asked.refresh_from_db()
    assert asked.state == TakeOverState.ASKED


def test_the_role_of_another_office_is_not_ended(saijo, officer):
    asked = ask(saijo)
    other = Membership.objects.get(user=coordinator_of(LocalGovernmentFactory()))

    with pytest.raises(HostError):
        confirm_take_over(asked, by=officer, ends=[other], **CHECK)
    assert not Invitation.objects.exists()
    asked.refresh_from_db()
    assert asked.state == TakeOverState.ASKED


def test_after_thirty_days_it_has_expired_and_can_be_asked_anew(saijo, officer, march):
    asked = ask(saijo)
    march.shift(timedelta(days=30))

    with pytest.raises(HostError, match="expired"):
        confirm_take_over(asked, by=User.objects.get(pk=officer.pk), **CHECK)
    assert confirm_duty(User.objects.get(pk=officer.pk), timezone.localdate()) == []
    anew = ask(saijo)
    asked.refresh_from_db()
    assert asked.state == TakeOverState.EXPIRED
    assert anew.pk != asked.pk
    march.shift(timedelta(days=31))
    assert [tasks.expire_take_overs(), tasks.expire_take_overs()] == [1, 0]


def test_the_duty_of_those_who_confirm(saijo, ehime, officer, desk):
    ask(saijo)
    ask(ehime)
    today = timezone.localdate()

    (for_relay,) = confirm_duty(officer, today)
    (for_staff,) = confirm_duty(desk, today)
    assert "西条市" in str(for_relay.detail) or "Saijo" in str(for_relay.detail)
    assert "/hosts/take-overs/" in str(for_relay.url)
    assert "/admin/take-overs/" in str(for_staff.url)
    assert {duty.user for duty in confirm_duty(None, today)} == {officer, desk}
    assert confirm_duty(coordinator_of(saijo), today) == []


@pytest.mark.parametrize("name", ["<b>x</b>", "x\ud800"])
def test_a_hostile_name_cannot_be_confirmed_into_an_account(saijo, officer, name):
    """The form refuses it first; the verb does so again."""
    asked = TakeOver(organisation=saijo.organisation, confirmer=officer_office(officer))
    for field, value in {**NEWCOMER, "name": "x"}.items():
        setattr(asked, field, value)
    asked.save()
    asked.name = name

    with pytest.raises(HostError):
        confirm_take_over(asked, by=officer, **CHECK)
    assert not Invitation.objects.exists()


def decide_at_once(saijo, first, second, *, refuse: bool) -> list:
    asked = ask(saijo)
    rows = [TakeOver.objects.get(pk=asked.pk) for _each in range(2)]
    other = (
        (lambda: refuse_take_over(rows[1], by=second, reason="x"))
        if refuse
        else (lambda: confirm_take_over(rows[1], by=second, **CHECK))
    )
    return at_once(lambda: confirm_take_over(rows[0], by=first, **CHECK), other)


def check_one_decides(saijo, first, second, *, refuse: bool) -> None:
    for _round in range(3):
        results = decide_at_once(saijo, first, second, refuse=refuse)
        asked = TakeOver.objects.order_by("-pk").first()
        assert [type(error) for error in failures(results)] == [HostError]
        assert asked.moves.count() == 1
        invited = Invitation.objects.filter(email=asked.email, revoked_at=None).count()
        assert invited == (asked.state == TakeOverState.CONFIRMED)
        Invitation.objects.all().delete()


@together
@pytest.mark.parametrize("refuse", [False, True])
def test_of_two_who_decide_at_once_one_does(saijo, officer, desk, refuse):
    check_one_decides(saijo, officer, desk, refuse=refuse)


@together
def test_without_the_table_of_moves_both_decide_control(saijo, officer, desk, monkeypatch):
    def lock_nothing(take_over, *, by):
        return saijo

    def move_anyway(take_over, to, *, by, reason="", **changes):
        take_over.moves.create(by=by, from_state="asked", to_state=to, reason=reason)
        TakeOver.objects.filter(pk=take_over.pk).update(state=to, **changes)

    monkeypatch.setattr(take_overs, "_lock_take_over", lock_nothing)
    monkeypatch.setattr(take_overs, "_move", move_anyway)

    with pytest.raises(AssertionError):
        check_one_decides(saijo, officer, desk, refuse=True)


# Withdrawing --------------------------------------------------------------------------------------


def test_whoever_holds_the_token_withdraws_once_and_the_relay_is_told(saijo, officer):
    asked = ask(saijo, withdrawal="token")

    withdraw_take_over("token")
    withdraw_take_over("token")

    asked.refresh_from_db()
    assert (asked.state, asked.withdrawal_hash) == (TakeOverState.WITHDRAWN, "")
    assert asked.moves.get().to_state == TakeOverState.WITHDRAWN
    assert not can_be_answered(asked, officer)
    assert [m.to for m in Mail.objects.filter(purpose="take_over_withdrawn")] == [officer.email]


def can_be_answered(asked: TakeOver, officer: User) -> bool:
    try:
        confirm_take_over(asked, by=officer, **CHECK)
    except HostError:
        return False
    return True


@pytest.mark.parametrize("token", ["", "other", "token "])
def test_no_other_token_withdraws_anything(saijo, officer, token):
    asked = ask(saijo, withdrawal="token")
    without = ask(saijo, email="other@city.saijo.lg.jp")

    withdraw_take_over(token)

    for each in (asked, without):
        each.refresh_from_db()
        assert each.state == TakeOverState.ASKED


def test_what_was_answered_or_has_expired_is_not_withdrawn(saijo, officer, march):
    confirmed = ask(saijo, withdrawal="a")
    confirm_take_over(confirmed, by=officer, **CHECK)
    expired = ask(saijo, email="other@city.saijo.lg.jp", withdrawal="b")
    march.shift(timedelta(days=31))

    for token in ("a", "b"):
        withdraw_take_over(token)

    for each in (confirmed, expired):
        each.refresh_from_db()
    assert (confirmed.state, expired.state) == (TakeOverState.CONFIRMED, TakeOverState.ASKED)
    assert not Mail.objects.filter(purpose="take_over_withdrawn").exists()


def test_what_was_withdrawn_can_be_asked_again(saijo, officer):
    ask(saijo, withdrawal="token")
    withdraw_take_over("token")

    assert ask(saijo).state == TakeOverState.ASKED
