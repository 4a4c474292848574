"""Follows the log of events live, over as many connections as it takes."""

from __future__ import annotations

import json
import time
from collections.abc import Generator, Iterable, Iterator

import httpx

from .error import SwitchboardError, failure_of, no_answer
from .event import Event, event_of
from .retry import pause_seconds

_HEARTBEAT_SECONDS = 4
# Two signs of life are missing.
_SILENCE_SECONDS = 2 * _HEARTBEAT_SECONDS + 1


def _blocks(lines: Iterable[str]) -> Iterator[dict[str, str]]:
    """Source: HTML, "Interpreting an event stream"."""
    fields: dict[str, str] = {}
    for line in lines:
        if not line:
            if fields:
                yield fields
            fields = {}
            continue
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name:
            fields[name] = f"{fields['data']}\n{value}" if name == "data" and "data" in fields else value


class EventFeed(Iterator[Event]):
    """Events as they happen, in the order of each device. Connections that break or fall silent are made again and lose nothing."""

    def __init__(self, http: httpx.Client, after: int | None, types: Iterable[str] | None) -> None:
        self._http = http
        self._types = None if types is None else ",".join(types)
        self.cursor = after
        """The place behind the last event that was done with, or where the feed has begun; None before it is connected."""
        self.alive = False
        """Whether it is connected."""
        self._events = self._follow()

    def __next__(self) -> Event:
        return next(self._events)

    def close(self) -> None:
        """Ends the connection. The end of the program does so, too."""
        self._events.close()

    def _follow(self) -> Generator[Event, None, None]:
        failures = 0
        while True:
            error = no_answer("The stream of events has ended")
            try:
                for block in self._connection():
                    failures = 0
                    yield from self._taken(block)
            except SwitchboardError as cause:
                error = cause
            except httpx.TransportError as cause:
                error.__cause__ = cause
            finally:
                self.alive = False
            if not error.retryable:
                raise error
            time.sleep(max(pause_seconds(failures), error.retry_after or 0.0))
            failures += 1

    def _connection(self) -> Iterator[dict[str, str]]:
        query = {"after": self.cursor, "types": self._types, "heartbeat": _HEARTBEAT_SECONDS}
        with self._http.stream(
            "GET",
            "/events/stream",
            params={name: value for name, value in query.items() if value is not None},
            headers={"Accept": "text/event-stream"},
            timeout=httpx.Timeout(_SILENCE_SECONDS),
            extensions={"switchboard_retries": 0},
        ) as response:
            if not response.headers.get("content-type", "").startswith("text/event-stream"):
                raise SwitchboardError(
                    "The answer is not a stream of events",
                    status=response.status_code,
                    code="unexpected_answer",
                    retryable=False,
                )
            self.alive = True
            yield from _blocks(response.iter_lines())

    def _taken(self, block: dict[str, str]) -> Iterator[Event]:
        place = int(block["id"]) if block.get("id", "").isdecimal() else None
        said = json.loads(block["data"]) if "data" in block else None
        if block.get("event") == "error":
            wait = float(block["retry"]) / 1000 if block.get("retry", "").isdecimal() else None
            raise failure_of(said, wait) or no_answer("The stream of events has failed")
        event = event_of(said, place)
        if event is not None:
            yield event
        if place is not None:
            self.cursor = place
