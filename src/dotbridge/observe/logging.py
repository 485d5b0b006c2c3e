"""Sets up the one log of the program: events with named values, as lines for people or as JSON for machines.

Records of the standard library (urllib3, Django) take the same road through the redaction as our own events.
"""

from __future__ import annotations

import logging
import sys
from typing import Any, TextIO, cast

import stamina
import structlog
from structlog.typing import FilteringBoundLogger, Processor

from dotbridge.observe.redaction import redact

_QUIET = ("urllib3", "asyncio")  # their debug lines repeat each request


def configure(json: bool, level: str = "info", *, stream: TextIO | None = None) -> None:
    """Send all logs of this process to ``stream`` (standard error by default), from ``level`` upwards."""
    threshold = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,  # a plain trace: the frames' local values stay out
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    output = stream or sys.stderr
    handler = logging.StreamHandler(output)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                redact,
                _renderer(json, colours=output.isatty()),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(threshold)
    stamina.instrumentation.set_on_retry_hooks([])  # a wait for one's turn is no warning; http/retry.py logs repeats
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(threshold, logging.WARNING))


def get_logger(name: str) -> FilteringBoundLogger:
    """A logger for one room; ``log.info("batch submitted", batch=12)``: a sentence, then named scalars."""
    return cast("FilteringBoundLogger", structlog.get_logger(name))


def _renderer(json: bool, *, colours: bool) -> Any:
    if json:
        return structlog.processors.JSONRenderer(ensure_ascii=False, default=lambda _: "•••")
    return structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=structlog.dev.plain_traceback)
