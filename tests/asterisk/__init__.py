"""Stories told by a real Asterisk 22 and SIP phones that do what the test says.

    python -m tests.asterisk.install          brings Asterisk into .cache/ (seconds, no root)
    python -m tests.asterisk.record --list    stories that can be recorded for tests/fixtures/ami
    pytest -m asterisk                        the stories; with `-m torture` their long forms

`pbx.py` is the PBX, `etc/` how it is set up, `office.py` its phones and outside line, `desk.py`
a person with a phone and an open tab. Nothing here is imported by the product.
"""
