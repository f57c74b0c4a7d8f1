"""Cursors say where a list goes on; any other text is refused."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.kernel.paging import InvalidCursor, cut_page, read_cursor, write_cursor

AT = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)


STORABLE = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@given(name=STORABLE, row_id=st.uuids())
def test_a_cursor_gives_back_the_place_that_was_written(name: str, row_id: UUID) -> None:
    cursor = write_cursor("clients", name, AT, row_id)

    assert read_cursor(cursor, "clients", str, datetime, UUID) == (name, AT, row_id)


def test_a_cursor_of_another_list_is_refused() -> None:
    with pytest.raises(InvalidCursor):
        read_cursor(write_cursor("calls", AT, uuid4()), "clients", datetime, UUID)


@given(st.text())
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(InvalidCursor):
        read_cursor(text, "calls", datetime, UUID)


@given(position=st.integers(0, 60), letter=st.sampled_from("AZaz09-_"))
def test_a_cursor_with_one_other_letter_is_refused(position: int, letter: str) -> None:
    cursor = write_cursor("calls", AT, UUID(int=1))
    changed = cursor[:position] + letter + cursor[position + 1 :]
    if changed != cursor:
        with pytest.raises(InvalidCursor):
            read_cursor(changed, "calls", datetime, UUID)


def test_a_page_has_a_cursor_only_if_more_follows() -> None:
    assert cut_page([1, 2, 3], 2, str).next_cursor == "2"
    assert cut_page([1, 2], 2, str).next_cursor is None
    assert cut_page([], 2, str).items == []
