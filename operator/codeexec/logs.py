"""Logs as JSON lines on stderr: time, level, logger, message, and whatever `extra` a line was given."""

import logging
import sys
from datetime import UTC, datetime

import orjson

_STANDARD = {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"}
_QUIET = ("kopf", "aiohttp.access", "asyncio")


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="microseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        # kopf attaches its settings and references of objects, which are not for a log
        extras = {key: value for key, value in vars(record).items() if key not in _STANDARD}
        line |= {key: value for key, value in extras.items() if not key.startswith(("k8s_", "settings"))}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()


def configure(*, verbose: bool) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("codeexec").setLevel(logging.DEBUG if verbose else logging.INFO)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.INFO if verbose else logging.WARNING)
