"""Passwords for the demo's people: fresh at every start, and easy to type from the console."""

import secrets


def _each(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_FIRST = _each(
    "amber azure brave bright calm clear coral dawn early fair fresh gentle golden green happy "
    "honest indigo ivory jolly kind light lucky maple merry misty noble olive polar proud quick "
    "quiet rapid royal ruby rustic silver smooth snowy solid spring sunny swift tidy velvet violet "
    "warm wild winter wise young"
)
_SECOND = _each(
    "acorn apple badger beacon birch brook cedar cherry cloud comet crane daisy delta falcon fern "
    "field forest fox garden harbor hazel heron hill island jasmine lake lantern lemon lily linden "
    "lynx meadow melon mint otter pearl pine planet plum raven reed river robin rose sparrow stone "
    "tiger tulip valley willow"
)


def easy_password() -> str:
    """Two words and two digits: about eighteen bits, for a server on loopback."""
    words = f"{secrets.choice(_FIRST)}-{secrets.choice(_SECOND)}"
    return f"{words}-{secrets.randbelow(90) + 10}"
