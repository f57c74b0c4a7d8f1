"""What the doctor says of a PBX's call records: can they be read, and do they say enough?"""

from typing import Literal

from crm_core.calls.pbx.settings import PbxSettings, shown_records
from telephony.call_records.errors import RecordsUnreadable
from telephony.call_records.source import RecordSource

Told = tuple[Literal["ok", "warning", "failed"], str, str]  # verdict, text, advice


async def check_call_records(pbx: PbxSettings) -> Told | None:
    """None where it is not known where they lie."""
    if pbx.call_records is None:
        return None
    where = shown_records(pbx)
    try:
        missing = await RecordSource(pbx).check()
    except RecordsUnreadable as error:
        if where.startswith("/"):
            advice = f"let the user that runs Allo read {where}: setfacl -m u:allo:r {where}"
        else:
            advice = "compare the address in `call_records` with the PBX's database and its user"
        return "failed", str(error), advice
    if missing:
        advice = (
            "set newcdrcolumns=yes in the section [csv] of cdr.conf"
            if where.startswith("/")
            else "bring the table up to date: FreePBX does so when its cdr module is upgraded"
        )
        return "warning", f"are read, but have no {missing}: transfers are told less well", advice
    return "ok", f"{where} can be read", ""
