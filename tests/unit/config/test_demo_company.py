from datetime import UTC, datetime, timedelta

import pytest

from config.demo.company import MadeUpClient, make_clients
from config.demo.history import PastCall, make_history
from config.demo.passwords import easy_password
from crm_core.access.passwords import check_password
from crm_core.kernel.call_facts import CallResult, CallStatus, Direction
from crm_core.kernel.phone import read_number

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def clients() -> list[MadeUpClient]:
    return make_clients(seed=7)


@pytest.fixture(scope="module")
def history(clients: list[MadeUpClient]) -> list[PastCall]:
    return make_history(clients, seed=7, now=NOW)


def test_three_hundred_clients_of_both_kinds(clients: list[MadeUpClient]) -> None:
    assert len(clients) == 300
    assert {client.kind for client in clients} == {"person", "company"}
    assert all(client.phones and client.name for client in clients)


def test_every_number_can_be_read(clients: list[MadeUpClient]) -> None:
    numbers = {number for client in clients for number, _label in client.phones}

    assert {number for number in numbers if read_number(number, "RU").number != number} == set()


def test_people_are_greeted_by_name_and_patronymic(clients: list[MadeUpClient]) -> None:
    people = [client for client in clients if client.kind == "person"]

    assert all(person.name.endswith(person.greeting_name or "?") for person in people)


def test_colleagues_share_their_companys_number(clients: list[MadeUpClient]) -> None:
    switchboards = {client.phones[0][0] for client in clients if client.kind == "company"}
    colleagues = [client for client in clients if client.kind == "person" and client.company]

    assert any(number in switchboards for one in colleagues for number, _ in one.phones)


def test_the_same_seed_makes_the_same_company_and_another_another() -> None:
    assert make_clients(3) == make_clients(3)
    assert make_clients(3) != make_clients(4)


def test_the_history_reaches_back_months_and_ends_before_now(history: list[PastCall]) -> None:
    moments = [past.call.started_at for past in history]

    assert moments == sorted(moments)
    assert moments[0] < NOW - timedelta(days=60)
    assert NOW - timedelta(hours=1) < moments[-1] < NOW
    assert max(past.call.ended_at or NOW for past in history) < NOW


def test_the_history_knows_every_way_a_call_goes(history: list[PastCall]) -> None:
    calls = [past.call for past in history]

    assert {call.status for call in calls} == {CallStatus.ENDED}
    assert {call.direction for call in calls} == {Direction.INBOUND, Direction.OUTBOUND}
    assert {CallResult.ANSWERED, CallResult.ABANDONED, CallResult.NO_ANSWER} <= {
        call.result for call in calls
    }
    assert len({call.call_id for call in calls}) == len(calls)


def test_only_talks_have_a_result_and_a_note(history: list[PastCall]) -> None:
    silent = [past for past in history if past.call.result is not CallResult.ANSWERED]

    assert all(past.note is None and past.disposition is None for past in silent)
    assert any(past.note for past in history)


def test_a_demo_password_is_good_enough_for_the_door() -> None:
    password = easy_password()

    check_password(password, login="anna")
    assert password.isascii()
    assert password != easy_password()
