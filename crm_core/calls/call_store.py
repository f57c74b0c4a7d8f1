"""Storing whole calls: the same call may be stored any number of times, by anybody.

Telephony's columns are overwritten, the agent's never; a call that has ended stays ended.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    Connection,
    Delete,
    and_,
    bindparam,
    case,
    delete,
    func,
    or_,
    select,
)

from crm_core.calls.agents.directory import AgentDirectory
from crm_core.calls.call_rows import (
    Row,
    activity_row,
    call_row,
    ended_payload,
    ends_anew,
    leg_rows,
    phone_of,
    record_row,
    visit_rows,
)
from crm_core.calls.folding import move_notes
from crm_core.calls.kept_walks import Written, keep_walks
from crm_core.calls.number_owners import find_clients
from crm_core.calls.recording_rows import write_recordings
from crm_core.calls.returns import keep_returns
from crm_core.calls.tables import Call, CallLeg, CallQueueVisit
from crm_core.kernel.call_facts import CallSnapshot, CallStatus, Direction
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.phone import Phone
from crm_core.kernel.telling import Telling
from crm_core.kernel.upsert import Insert, insert_or_update, table_of
from crm_core.records.tables import Activity, Record

CALL = table_of(Call)
LEG = table_of(CallLeg)
ACTIVITY = table_of(Activity)

_ENDED = CallStatus.ENDED.value


class CallStore:
    """Writes calls in the caller's transaction: in the loop by `store`, beside it by `write`."""

    def __init__(self, directory: AgentDirectory, regions: Mapping[str, str]) -> None:
        self._directory = directory
        self._regions = regions

    async def store(self, unit: UnitOfWork, calls: Collection[CallSnapshot]) -> None:
        """Store whole calls in a unit that does other things as well."""
        connection = await unit.session.connection()
        await connection.run_sync(self.write, unit, calls)

    def write(
        self, connection: Connection, telling: Telling, calls: Collection[CallSnapshot]
    ) -> None:
        """Store whole calls, in a fixed order, so that no two units wait for each other."""
        ordered = sorted(calls, key=lambda call: call.call_id.hex)
        ids = [call.call_id for call in ordered]
        known = {row.id: row for row in connection.execute(_KNOWN, {"ids": ids})}
        fresh = [call for call in ordered if not _is_out_of_date(call, known.get(call.call_id))]
        if not fresh:
            return
        phones = {call.call_id: phone_of(call, self._regions) for call in fresh}
        clients = find_clients(connection, [phones[c.call_id] for c in fresh if _has_outside(c)])
        rows = self._write_calls(connection, fresh, phones, clients)
        keep_returns(connection, fresh, phones, known)
        keep_walks(connection, self._write_parts(connection, fresh, rows, known))
        with_client = self._write_activities(connection, fresh)
        if folded := {call.call_id: call.merged_into for call in fresh if call.merged_into}:
            move_notes(connection, telling, folded)
        for call in fresh:
            if ends_anew(call, known.get(call.call_id)):
                payload = ended_payload(call, with_client.get(call.call_id))
                telling.tell("call.ended", call.call_id, payload)

    def _write_calls(
        self,
        connection: Connection,
        calls: Sequence[CallSnapshot],
        phones: Mapping[UUID, Phone],
        clients: Mapping[str, UUID],
    ) -> Sequence[Row]:
        dialect, rows = connection.dialect.name, []
        connection.execute(
            _upsert_record(dialect),
            [record_row(call, phones[call.call_id], self._directory) for call in calls],
        )
        for call in calls:
            phone = phones[call.call_id]
            client_id = clients.get(phone.number or "") if _has_outside(call) else None
            rows.append(call_row(call, phone, client_id, self._directory))
        connection.execute(_upsert_call(dialect), rows)
        return rows

    def _write_parts(
        self,
        connection: Connection,
        calls: Sequence[CallSnapshot],
        rows: Sequence[Row],
        known: Mapping[UUID, Any],
    ) -> Written:
        """Write legs and queue visits; legs that are told no longer are taken away."""
        dialect, region_of = connection.dialect.name, self._regions.get
        legs = [row for c in calls for row in leg_rows(c, region_of(c.pbx, "RU"), self._directory)]
        told = {(row["call_id"], row["key"]) for row in legs}
        stored = [call.call_id for call in calls if call.call_id in known]
        there = connection.execute(_LEGS, {"ids": stored}).all() if stored else ()
        gone = [(leg.call_id, leg.key) for leg in there if (leg.call_id, leg.key) not in told]
        if gone:
            connection.execute(_delete_leg(), [{"of": of, "gone": key} for of, key in gone])
        if legs:
            connection.execute(_upsert_leg(dialect), legs)
        write_recordings(connection, calls)
        visits = [row for call in calls for row in visit_rows(call)]
        if visits:
            connection.execute(_upsert_visit(dialect), visits)
        return Written(calls=rows, legs=legs, visits=visits, known=known, legs_before=there)

    def _write_activities(
        self, connection: Connection, calls: Sequence[CallSnapshot]
    ) -> dict[UUID, UUID]:
        """Put each call on its client's timeline alone; returns the client of each call."""
        folded = {call.call_id for call in calls if call.merged_into}
        rows = connection.execute(_SHOWN_AT, {"ids": [call.call_id for call in calls]})
        clients: dict[UUID, UUID] = {}
        strays = []
        for call_id, client_id, shown_at in rows:
            if client_id:
                clients[call_id] = client_id
            if shown_at and (shown_at != client_id or call_id in folded):
                strays.append({"of": call_id, "stray": shown_at})
        if strays:
            connection.execute(_delete_activity(), strays)
        listed = [
            activity_row(call, clients[call.call_id], self._directory)
            for call in calls
            if call.call_id in clients and call.call_id not in folded
        ]
        if listed:
            connection.execute(_upsert_activity(connection.dialect.name), listed)
        return clients


# Built once: SQLAlchemy takes longer over making them than SQLite over answering them.
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_STANDING = (
    *("id", "status", "result", "is_recovered", "started_at", "ended_at"),
    *("placed_by_user_id", "handled_by_user_id"),
)
_KNOWN = select(*CALL.c[_STANDING]).where(CALL.c.id.in_(_IDS))
_LEGS = select(LEG.c.call_id, LEG.c.key, LEG.c.user_id).where(LEG.c.call_id.in_(_IDS))
_SHOWN_AT = (
    select(CALL.c.id, CALL.c.client_id, ACTIVITY.c.record_id)
    .outerjoin(ACTIVITY, ACTIVITY.c.source_id == CALL.c.id)
    .where(CALL.c.id.in_(_IDS))
)


def _is_out_of_date(call: CallSnapshot, stored: Any) -> bool:
    """Tell whether the stored call is further than this one, or known better."""
    if stored is None or stored.status != _ENDED:
        return False
    if call.status is not CallStatus.ENDED:
        return True
    if not call.is_recovered or not stored.is_recovered:
        return call.is_recovered
    return (stored.started_at, call.ended_at) < (call.started_at, stored.ended_at)


def _has_outside(call: CallSnapshot) -> bool:
    return call.direction is not Direction.INTERNAL


_TOLD = (
    *("pbx", "linkedid", "direction", "status", "result", "number", "raw_number", "is_withheld"),
    *("caller_name", "did", "queue", "started_at", "answered_at", "ended_at", "wait_seconds"),
    *("talk_seconds", "hold_seconds", "placed_by", "handled_by", "transfers", "merged_into"),
    *("is_recovered", "is_stub"),
)


@cache
def _upsert_record(dialect: str) -> Insert:
    record = table_of(Record)
    return insert_or_update(
        Record,
        dialect,
        ("id",),
        ("title", "team_id", "updated_at"),
        owner_id=lambda new: func.coalesce(new.owner_id, record.c.owner_id),
    )


@cache
def _upsert_call(dialect: str) -> Insert:
    same_number = CALL.c.number.is_not_distinct_from
    same_handler = CALL.c.handled_by.is_not_distinct_from
    return insert_or_update(
        Call,
        dialect,
        ("id",),
        _TOLD,
        # Who sat at a phone is decided when it is first told, not by who sits there today.
        placed_by_user_id=lambda new: func.coalesce(
            CALL.c.placed_by_user_id, new.placed_by_user_id
        ),
        handled_by_user_id=lambda new: case(
            (
                and_(same_handler(new.handled_by), CALL.c.handled_by_user_id.is_not(None)),
                CALL.c.handled_by_user_id,
            ),
            else_=new.handled_by_user_id,
        ),
        # A person's choice stands; so does a client once found, until the number is another.
        client_id=lambda new: case(
            (
                or_(
                    CALL.c.is_client_chosen,
                    and_(same_number(new.number), CALL.c.client_id.is_not(None)),
                ),
                CALL.c.client_id,
            ),
            else_=new.client_id,
        ),
    )


@cache
def _upsert_leg(dialect: str) -> Insert:
    told = ("position", "extension", "number", "rang_at", "answered_at", "ended_at", "outcome")
    return insert_or_update(
        CallLeg,
        dialect,
        ("call_id", "key"),
        (*told, "talk_seconds", "device"),
        user_id=lambda new: func.coalesce(LEG.c.user_id, new.user_id),
    )


@cache
def _upsert_visit(dialect: str) -> Insert:
    told = ("name", "entered_at", "left_at", "outcome")
    return insert_or_update(CallQueueVisit, dialect, ("call_id", "position"), told)


@cache
def _upsert_activity(dialect: str) -> Insert:
    return insert_or_update(Activity, dialect, ("record_id", "source_id"), ("at", "actor_id"))


@cache
def _delete_leg() -> Delete:
    return delete(LEG).where(LEG.c.call_id == bindparam("of"), LEG.c.key == bindparam("gone"))


@cache
def _delete_activity() -> Delete:
    return delete(ACTIVITY).where(
        ACTIVITY.c.source_id == bindparam("of"), ACTIVITY.c.record_id == bindparam("stray")
    )
