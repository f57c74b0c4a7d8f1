"""Files of clients as offices have them: any usual encoding and separator, and much that is odd."""

import pytest

from crm_core.kernel.errors import InvalidValue
from crm_core.records.import_file import (
    COLUMNS_LIMIT,
    FILE_BYTES,
    BadRow,
    Row,
    check_mapping,
    guess_mapping,
    harmless,
    read_client,
    read_table,
)

SHEET = (
    "Имя;Телефон;Телефон 2;Компания;Теги\nАнна Орлова;8 916 123-45-67;84950000701;Север;опт, vip\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("separator", [";", "\t", ","])
def test_a_sheet_is_read_in_any_usual_form(encoding: str, separator: str) -> None:
    text = SHEET.replace("опт, vip", "опт").replace(";", separator)
    table = read_table(text.encode(encoding))

    assert table.columns[:2] == ["Имя", "Телефон"]
    mapping = guess_mapping(table.columns)
    client = read_client(table.rows[0], mapping, region="RU")
    assert (client.name, client.company_name, client.tags) == ("Анна Орлова", "Север", ("опт",))
    assert [phone.number for phone in client.phones] == ["8 916 123-45-67", "84950000701"]


def test_english_headings_are_known_too() -> None:
    columns = ["Full name", "Mobile phone", "E-mail", "Company", "VIP", "Shoe size"]

    assert guess_mapping(columns) == {
        "0": "name",
        "1": "phone",
        "2": "email",
        "3": "company_name",
        "4": "is_vip",
    }


def test_a_quoted_cell_keeps_its_line_breaks_and_the_lines_their_numbers() -> None:
    table = read_table(b'name,comment\nAnna,"one\ntwo"\n\nBoris,x\n')

    assert [(row.line, row.cells[0]) for row in table.rows] == [(2, "Anna"), (5, "Boris")]
    mapping = guess_mapping(table.columns)
    assert read_client(table.rows[0], mapping, region="RU").comment == "one\ntwo"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"name;phone\n", "nothing below"),
        (b"PK\x03\x04\x00\x00", "save the sheet as CSV"),
        (b"a;" * COLUMNS_LIMIT + b"a\n1\n", "columns"),
        (("name\n" + "я" * 20_001 + "\n").encode(), "longer than"),
        (b'name\n"' + b"x" * 200_000, "too long"),
        (b"x" * (FILE_BYTES + 1), "MB"),
    ],
    ids=["empty", "heading", "zip", "columns", "cell", "quote", "size"],
)
def test_what_cannot_be_a_list_of_clients_is_refused_whole(content: bytes, why: str) -> None:
    with pytest.raises(InvalidValue, match=why) as refused:
        read_table(content)
    assert refused.value.field == "file"


@pytest.mark.parametrize(
    ("cells", "field"),
    [(["", "89161234567"], "name"), (["Анна", "спросить у Ильи"], "phone"), (["я" * 301], "name")],
)
def test_a_line_that_cannot_be_read_says_which_field(cells: list[str], field: str) -> None:
    with pytest.raises(BadRow) as bad:
        read_client(Row(2, cells), {"0": "name", "1": "phone"}, region="RU")
    assert bad.value.field == field


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+79161234567", "-5", "@SUM(A1)", " =x", "\u3000=x", "＝x", "Анна", "'quoted'", "'=x"],
)
def test_what_an_export_makes_harmless_comes_back_as_it_was(text: str) -> None:
    draft = read_client(Row(2, [harmless(text)]), {"0": "name"}, region="RU")

    assert draft.name == " ".join(text.split())


def test_a_hundred_thousand_numbers_make_the_round_unchanged() -> None:
    for serial in range(100_000):
        number = f"+7916{serial:07}"
        draft = read_client(
            Row(2, ["А", harmless(number)]), {"0": "name", "1": "phone"}, region="RU"
        )
        assert draft.phones[0].number == number


@pytest.mark.parametrize(
    "mapping", [{"9": "name"}, {"0": "password_hash"}, {"x": "name"}, {"0": "name", "1": "name"}]
)
def test_a_mapping_names_columns_and_fields_that_there_are(mapping: dict[str, str]) -> None:
    with pytest.raises(InvalidValue):
        check_mapping(mapping, 2)
