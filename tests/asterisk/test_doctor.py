"""`allo doctor` looks at a real PBX and says what is wrong with it."""

import json
from pathlib import Path

import pytest

from tests.allo_process import AlloProcess, pbx_setting
from tests.asterisk.fixtures import Prepared
from tests.asterisk.pbx import Pbx

pytestmark = pytest.mark.asterisk


def doctor(allo: AlloProcess, pbx: Pbx, **link: str) -> tuple[int, str]:
    """Exit status and report for a link with these settings changed."""
    allo.settings["ALLO_PBX"] = pbx_setting(pbx, **link)
    done = allo.run("doctor")
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def patient(tmp_path: Path, prepared: Prepared) -> AlloProcess:
    """An installation that has everything but a running server."""
    return prepared.install(tmp_path / "allo")


def test_a_right_link_with_minimal_rights_has_no_complaint(patient: AlloProcess, pbx: Pbx) -> None:
    status, report = doctor(patient, pbx)
    assert status == 0, report


def test_more_rights_than_needed_are_warned_of(patient: AlloProcess, pbx: Pbx) -> None:
    status, report = doctor(patient, pbx, username="all")
    assert status == 0, report
    assert "command" in report
    assert "config" in report


def test_a_user_without_rights_is_told_what_is_missing(patient: AlloProcess, pbx: Pbx) -> None:
    status, report = doctor(patient, pbx, username="nobody")
    assert status == 1
    assert "read" in report


def test_a_wrong_secret_is_named_and_not_shown(patient: AlloProcess, pbx: Pbx) -> None:
    status, report = doctor(patient, pbx, secret="a-wrong-secret")
    assert status == 1
    assert "manager.conf" in report
    assert "a-wrong-secret" not in report


def test_a_pbx_that_is_away_is_named(patient: AlloProcess, own_pbx: Pbx) -> None:
    own_pbx.stop()
    status, report = doctor(patient, own_pbx)
    assert status == 1
    assert str(own_pbx.ami_port) in report


def test_the_report_can_be_read_by_a_program(patient: AlloProcess, pbx: Pbx) -> None:
    patient.settings["ALLO_PBX"] = pbx_setting(pbx)
    assert json.loads(patient.must_run("doctor", "--json"))
