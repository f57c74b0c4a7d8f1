"""Two thin clients of a running Allo, REST and push. They know the wire, not the product."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self

import aiohttp
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin
from yarl import URL

from tests.allo_process import AlloProcess, Person
from tests.patience import PATIENCE_SECONDS

Json = dict[str, Any]


BESIDE_CALLS = ("agent.line", "missed_calls.changed")


class Refused(Exception):
    """Allo answered with an error; `status` and `code` say which."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        try:
            self.code = json.loads(body).get("code")
        except ValueError:
            self.code = None


class Api:
    """Somebody's REST client: by cookie after `log_in`, or by bearer token."""

    def __init__(self, allo: AlloProcess, *, token: str | None = None) -> None:
        self.allo = allo
        self._token = token
        self._session: aiohttp.ClientSession | None = None
        self.user: Json = {}
        self.push_url = ""

    async def log_in(self, person: Person) -> Self:
        credentials = {"login": person.login, "password": person.password}
        answer = await self.post("/api/session", credentials)
        self.user, self.push_url = answer["user"], answer["push_url"]
        return self

    async def get(self, path: str, **query: str) -> Any:
        return await self._ask("GET", path, query=query)

    async def items(self, path: str, **query: str) -> list[Json]:
        """The items of a list's first page."""
        return list((await self.get(path, **query))["items"])

    async def post(self, path: str, body: Json | None = None) -> Any:
        return await self._ask("POST", path, body=body or {})

    async def put(self, path: str, body: Json) -> Any:
        return await self._ask("PUT", path, body=body)

    async def patch(self, path: str, body: Json) -> Any:
        return await self._ask("PATCH", path, body=body)

    async def delete(self, path: str) -> Any:
        return await self._ask("DELETE", path)

    @property
    def cookies(self) -> str:
        """The Cookie header of this client's session."""
        jar = self._http().cookie_jar.filter_cookies(URL(self.allo.url))
        return "; ".join(f"{name}={morsel.value}" for name, morsel in jar.items())

    @property
    def headers(self) -> dict[str, str]:
        """What every request carries: a page's Origin and header, or the token."""
        if self._token:
            return {"Authorization": f"Bearer {self._token}"}
        return {"Origin": self.allo.url, "X-Requested-With": "allo"}

    async def _ask(
        self, method: str, path: str, *, query: dict[str, str] | None = None, body: Any = None
    ) -> Any:
        url, headers = self.allo.url + path, self.headers
        async with self._http().request(
            method, url, params=query, json=body, headers=headers
        ) as answer:
            text = await answer.text()
            if answer.status >= 400:
                raise Refused(answer.status, text)
            return json.loads(text) if text else None

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            # Cookies of a bare address are kept only by a jar that is told to.
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        return self._session

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()


class Push:
    """One tab's push connection. `frames` are all that came, `arrived_at` their `loop.time()`."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._news = asyncio.Condition()
        self.frames: list[Json] = []
        self.arrived_at: list[float] = []
        self.close_code: int | None = None

    async def until(
        self, wanted: Callable[[Json], bool], *, after: int = 0, seconds: float = PATIENCE_SECONDS
    ) -> Json:
        """The first frame of this kind; one that has come already counts, from `after` on."""
        return self.frames[await self.index_of(wanted, after=after, seconds=seconds)]

    async def index_of(
        self, wanted: Callable[[Json], bool], *, after: int = 0, seconds: float = PATIENCE_SECONDS
    ) -> int:
        """Where in `frames` the first frame of this kind is, once it has come."""
        found = -1

        def has_come() -> bool:
            nonlocal found
            frames = enumerate(self.frames)
            found = next((i for i, frame in frames if i >= after and wanted(frame)), -1)
            return found >= 0 or self.close_code is not None

        try:
            async with asyncio.timeout(seconds), self._news:
                await self._news.wait_for(has_come)
        except TimeoutError:
            raise AssertionError(f"no such frame among {self.told}") from None
        if found < 0:
            raise AssertionError(f"closed with {self.close_code}, before such a frame: {self.told}")
        return found

    async def closed(self, *, seconds: float = PATIENCE_SECONDS) -> int:
        """Wait until the server has closed the connection, and give its code."""
        async with asyncio.timeout(seconds), self._news:
            await self._news.wait_for(lambda: self.close_code is not None)
        assert self.close_code is not None
        return self.close_code

    def of(self, kind: str) -> list[Json]:
        return [frame for frame in self.frames if frame["type"] == kind]

    @property
    def told(self) -> list[str]:
        """The kinds of the frames, in order, but for what one's own line and the ledger do."""
        kinds = [frame["type"] for frame in self.frames]
        return [kind for kind in kinds if kind not in BESIDE_CALLS]

    @property
    def snapshot(self) -> Json:
        return self.of("snapshot")[-1]

    async def say(self, message: Json) -> None:
        await self._connection.send(json.dumps(message))

    async def listen(self) -> None:
        """Take frames until the connection closes."""
        try:
            async for text in self._connection:
                async with self._news:
                    self.frames.append(json.loads(text))
                    self.arrived_at.append(asyncio.get_running_loop().time())
                    self._news.notify_all()
        except ConnectionClosed:
            pass  # a server that was killed says no goodbye
        async with self._news:
            self.close_code = self._connection.close_code or 1006
            self._news.notify_all()


@asynccontextmanager
async def tab(api: Api) -> AsyncIterator[Push]:
    """A tab of a person who is logged in: connected, and the snapshot read."""
    async with connect(
        api.push_url,
        origin=Origin(api.allo.url),
        additional_headers={"Cookie": api.cookies},
        compression=None,
        max_size=None,
    ) as connection:
        push = Push(connection)
        listening = asyncio.create_task(push.listen())
        try:
            await push.until(lambda frame: frame["type"] == "snapshot")
            yield push
        finally:
            listening.cancel()


def is_ringing(number: str | None) -> Callable[[Json], bool]:
    """Frames that say: this caller rings here."""
    return lambda frame: frame["type"] == "call.ringing" and frame["call"]["number"] == number


def of_call(kind: str, call_id: str) -> Callable[[Json], bool]:
    """Frames of a kind about one call."""
    return lambda frame: frame["type"] == kind and frame["call_id"] == call_id


def link_is(is_up: bool) -> Callable[[Json], bool]:
    """Frames that say: the PBX was lost, or is back."""
    return lambda frame: frame["type"] == "link.changed" and frame["is_up"] is is_up
