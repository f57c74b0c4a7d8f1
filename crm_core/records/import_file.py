"""A file of clients as it comes: any usual encoding and separator, read within limits. Pure.

What a spreadsheet would take for a formula is written by exports with an apostrophe or a tab before
it; reading takes that away again, so that a round trip changes nothing.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from crm_core.kernel.errors import InvalidValue
from crm_core.kernel.phone import read_number
from crm_core.kernel.text import clean_text
from crm_core.records.client_view import ClientDraft, PhoneDraft

FILE_BYTES = 10 * 1024 * 1024
ROWS_LIMIT = 100_000
COLUMNS_LIMIT = 100
CELL_LIMIT = 20_000
LINE_LIMIT = 300
PHONES_LIMIT = 50
SEPARATORS = ";,\t"

FIELDS = (
    *("name", "kind", "phone", "email", "company_name", "position", "city"),
    *("source", "greeting_name", "comment", "tags", "is_vip"),
)
# How a column is called by those who write such files; compared in lower case, without digits.
_NAMES: dict[str, str] = {
    "name": "имя фио клиент название контакт наименование name client contact fullname",
    "kind": "тип вид kind type",
    "phone": "телефон телефоны тел номер мобильный моб сотовый phone phones mobile tel number "
    "рабочийтелефон мобильныйтелефон домашнийтелефон workphone mobilephone homephone",
    "email": "почта email e-mail mail электроннаяпочта имейл",
    "company_name": "компания организация фирма company organization organisation companyname",
    "position": "должность position post jobtitle",
    "city": "город city town",
    "source": "источник source",
    "greeting_name": "обращение имяотчество greeting greetingname",
    "comment": "комментарий примечание заметка comment note notes",
    "tags": "теги метки тэги tags",
    "is_vip": "vip вип",
}
_FIELD_OF = {word: field for field, words in _NAMES.items() for word in words.split()}
_YES = frozenset(["1", "да", "yes", "true", "y", "+", "x", "vip"])
_COMPANY = frozenset(["компания", "организация", "фирма", "юрлицо", "company", "organization"])
_BEGINS = re.compile("['\t]*[\\s\u3000]*[=+\\-@\t\r＝＋－＠]")
_FORMULA = re.compile("['\t](?=['\t]*[\\s\u3000]*[=+\\-@\t\r＝＋－＠])")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file and where it stands."""

    line: int
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Table:
    """The whole file, read."""

    columns: Sequence[str]
    rows: Sequence[Row]


class BadRow(Exception):
    """A line that cannot become a client; the rest of the file can."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason


def read_table(content: bytes) -> Table:
    """Read a file whole, or raise `InvalidValue` that says what is wrong with it."""
    if len(content) > FILE_BYTES:
        raise InvalidValue(
            "file", f"a file has at most {FILE_BYTES // 1024 // 1024} MB", reason="file_too_large"
        )
    text = _decode(content)
    rows = _rows(text)
    header = next(rows, None)
    if header is None:
        raise InvalidValue("file", "the file is empty", reason="file_empty")
    found: list[Row] = []
    for row in rows:
        if len(found) >= ROWS_LIMIT:
            raise InvalidValue(
                "file", f"a file has at most {ROWS_LIMIT} lines", reason="file_too_long"
            )
        found.append(row)
    if not found:
        raise InvalidValue(
            "file", "the file has a heading and nothing below it", reason="file_has_no_rows"
        )
    return Table([cell.strip()[:LINE_LIMIT] for cell in header.cells], found)


def guess_mapping(columns: Sequence[str]) -> dict[str, str]:
    """Which column is which field, by its name; only phones may stand in several."""
    mapping: dict[str, str] = {}
    for place, column in enumerate(columns):
        word = re.sub(r"[\d\s_.№#()/]+", "", column.lower().replace("ё", "е"))
        field = _FIELD_OF.get(word)
        if field and (field == "phone" or field not in mapping.values()):
            mapping[str(place)] = field
    return mapping


def check_mapping(mapping: Mapping[str, str], columns: int) -> dict[str, str]:
    """Refuse a mapping that names no field, a field twice, or no name."""
    for place, field in mapping.items():
        if not place.isdecimal() or int(place) >= columns or field not in FIELDS:
            raise InvalidValue("mapping", f"column {place[:10]} cannot be {field[:30]}")
    once = [field for field in mapping.values() if field != "phone"]
    if len(once) != len(set(once)):
        raise InvalidValue("mapping", "only phones may stand in several columns")
    return dict(mapping)


def read_client(row: Row, mapping: Mapping[str, str], *, region: str) -> ClientDraft:
    """What one line says of a client, or `BadRow`."""
    said: dict[str, str] = {}
    phones: list[PhoneDraft] = []
    for place, cell in enumerate(row.cells):
        field, text = mapping.get(str(place)), clean_text(_plain(cell), limit=CELL_LIMIT)
        if field == "phone":
            phones += _phones(text, region)
        elif field and text:
            said[field] = text if field == "comment" else " ".join(text.split())
    if not said.get("name"):
        raise BadRow("name", "there is no name")
    for field, text in said.items():
        if field != "comment" and len(text) > LINE_LIMIT:
            raise BadRow(field, f"longer than {LINE_LIMIT} characters")
    if len(phones) > PHONES_LIMIT:
        raise BadRow("phone", f"more than {PHONES_LIMIT} numbers")
    tags = tuple(filter(None, (tag.strip() for tag in re.split("[,;|]", said.pop("tags", "")))))
    kind = "company" if said.pop("kind", "").lower() in _COMPANY else "person"
    is_vip = said.pop("is_vip", "").lower() in _YES
    return ClientDraft(kind=kind, phones=tuple(phones), tags=tags, is_vip=is_vip, **said)


def numbers_of(draft: ClientDraft, *, region: str) -> list[str]:
    """The draft's numbers as they are kept."""
    read = (read_number(phone.number, region).number for phone in draft.phones)
    return [number for number in read if number]


def harmless(cell: str) -> str:
    """The cell as a file should hold it: to a spreadsheet it is text, whatever it begins with."""
    return f"'{cell}" if _BEGINS.match(cell) else cell


def _phones(text: str, region: str) -> list[PhoneDraft]:
    found = []
    for part in re.split("[;,|\n]", text):
        if not part.strip():
            continue
        number = read_number(part, region).number
        if number is None or not any(letter.isdigit() for letter in number):
            raise BadRow("phone", "this is not a phone number")
        if not number.lstrip("+").isdigit():
            raise BadRow("phone", "this is not a phone number")
        found.append(PhoneDraft(number=part.strip()))
    return found


def _plain(cell: str) -> str:
    return cell[1:] if _FORMULA.match(cell) else cell


def _decode(content: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 with it, otherwise what Russian Windows writes."""
    is_wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ["utf-16"] if is_wide else ["utf-8-sig", "cp1251"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise InvalidValue("file", "this is no text: save the sheet as CSV", reason="file_is_no_text")


def _rows(text: str) -> Iterator[Row]:
    first = text.lstrip("\r\n").partition("\n")[0]
    separator = max(SEPARATORS, key=_outside_quotes(first).count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    line = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error:
            raise InvalidValue(
                "file", f"line {line} is too long, or a quote is never closed"
            ) from None
        if cells is None:
            return
        if len(cells) > COLUMNS_LIMIT:
            raise InvalidValue("file", f"line {line} has more than {COLUMNS_LIMIT} columns")
        if any(len(cell) > CELL_LIMIT for cell in cells):
            raise InvalidValue(
                "file", f"a cell of line {line} is longer than {CELL_LIMIT} characters"
            )
        if any(cell.strip() for cell in cells):
            yield Row(line, cells)
        line = reader.line_num + 1


def _outside_quotes(line: str) -> str:
    return re.sub('"[^"]*"', "", line)
