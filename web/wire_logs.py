"""The logs of both server libraries, without what strangers could fill them with.

What is not HTTP at all is said once. Handshakes and their headers, in which cookies travel, are
never told, whatever the level of the program's log.
"""

import logging

from aiohttp.http_exceptions import HttpProcessingError

logger = logging.getLogger(__name__)

push_logger = logging.getLogger(f"{__name__}.push")
push_logger.setLevel(logging.WARNING)  # below it `websockets` writes headers down

web_logger = logging.getLogger(f"{__name__}.web")
web_logger.setLevel(logging.WARNING)


class _RubbishOnce(logging.Filter):
    """Lets the first record through of those that any port scanner causes."""

    def __init__(self) -> None:
        super().__init__()
        self._has_told = False

    def filter(self, record: logging.LogRecord) -> bool:
        if not _is_rubbish(record):
            return True
        if not self._has_told:
            self._has_told = True
            logger.warning("somebody sends what is not HTTP; it is refused, and told only once")
        return False


def _is_rubbish(record: logging.LogRecord) -> bool:
    error = record.exc_info[1] if record.exc_info else None
    return isinstance(error, HttpProcessingError) or record.msg == "opening handshake failed"


push_logger.addFilter(_RubbishOnce())
web_logger.addFilter(_RubbishOnce())
