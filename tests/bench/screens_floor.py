"""The floor of the screens: plain SQL and JSON over a hand-written HTTP, by asyncio alone.

No rights, no session, no models: the least that could give a browser these rows.

    python -m tests.bench.screens_floor PORT DATABASE_URL
"""

import asyncio
import json
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any
from uuid import UUID

import asyncpg

from tests.bench.screens import SCREENS, Statement

Ask = Callable[[Statement], Awaitable[list[tuple[Any, ...]]]]


async def main(port: int, url: str) -> None:
    """Serve until killed."""
    is_file = url.startswith("sqlite")
    ask = on_sqlite(open_file(url)) if is_file else await on_postgresql(url)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                _method, path, _rest = head.split(b" ", 2)
                _empty, screen, number = path.decode().split("/")
                found = [await ask(it) for it in SCREENS[int(screen)].statements(int(number))]
                body = json.dumps(found, default=str, ensure_ascii=False).encode()
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                    b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
                )
        except asyncio.IncompleteReadError:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    async with server:
        await server.serve_forever()


def open_file(url: str) -> sqlite3.Connection:
    """For reading alone."""
    path = url.removeprefix("sqlite:///")
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True)


def on_sqlite(connection: sqlite3.Connection) -> Ask:
    """Ask SQLite, whose search is the index of FTS5."""
    has = (
        "id IN (SELECT client_id FROM client_search_key WHERE key IN"
        " (SELECT rowid FROM client_search WHERE client_search MATCH ?))"
    )

    async def ask(statement: Statement) -> list[tuple[Any, ...]]:
        sql, values = statement
        if "{has}" in sql:
            values = tuple(" ".join(f'"{word}"' for word in str(it).split()) for it in values)
        plain = [it.hex if isinstance(it, UUID) else it for it in values]
        return connection.execute(sql.replace("{has}", has), plain).fetchall()

    return ask


async def on_postgresql(url: str) -> Ask:
    """Ask PostgreSQL, whose search is LIKE with an index of letters in threes."""
    connection = await asyncpg.connect(url)

    async def ask(statement: Statement) -> list[tuple[Any, ...]]:
        sql, values = statement
        if "{has}" in sql:
            words = str(values[0]).split()
            sql = sql.replace("{has}", " AND ".join("search_text LIKE ?" for _ in words))
            values = tuple(f"%{word}%" for word in words)
        numbers = count(1)
        sql = "".join(f"${next(numbers)}" if it == "?" else it for it in sql)
        return [tuple(row) for row in await connection.fetch(sql, *values)]

    return ask


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
