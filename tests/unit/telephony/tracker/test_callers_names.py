"""Names as Asterisk writes them: it escapes quotes, question marks and backslashes."""

import pytest

from tests.unit.telephony.tracker.replay import Told
from tests.unit.telephony.tracker.script import ANNA, Script, rings_at


@pytest.mark.parametrize(
    ("written", "name"),
    [
        (r"O\'Brien & Co\?", "O'Brien & Co?"),
        (r"q\\\"w", 'q"w'),  # escaped by the phone, and once more by Asterisk
        (r"a\\\\b", r"a\b"),
        (r"C:\\temp", r"C:\temp"),
        (r"two\nlines", "two lines"),
        ("Анна Белова", "Анна Белова"),
        ("ends with \\", "ends with \\"),
    ],
)
def test_a_name_is_shown_as_it_was_sent(written: str, name: str) -> None:
    client = "PJSIP/provider-0000000a"
    script = Script().channel(client, number="+79161234567", exten="74950000101")
    script.say("NewCallerid", client, CallerIDName=written)
    (call,) = Told().feed(rings_at(script, ANNA).frames).tracker.live_calls()
    assert call.caller_name == name
