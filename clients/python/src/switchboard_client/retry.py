"""Repeats requests when that may help and does nothing twice."""

from __future__ import annotations

import random
import re
import time
import uuid

import httpx

from .error import SwitchboardError, error_of, no_answer
from .operations import KEYED

_LONGEST_WAIT_SECONDS = 30.0
_LONGEST_PAUSE_SECONDS = 8.0
_LOST_STATUS = (429, 502, 503, 504)


def pause_seconds(failures: int, longest: float = _LONGEST_PAUSE_SECONDS) -> float:
    """Longer each time, and not the same for all who wait for the same server."""
    return min(longest, 0.5 * 2.0 ** min(failures, 16)) * (0.5 + random.random() / 2)


def _was_refused(error: SwitchboardError) -> bool:
    """The server says that it did nothing."""
    return error.code != "unexpected_answer" and (error.status in (429, 503) or error.code == "idempotency_in_progress")


def _was_lost(error: SwitchboardError) -> bool:
    """It may have been done, and its answer lost on the way."""
    return error.code == "no_answer" or (error.code == "unexpected_answer" and error.status in _LOST_STATUS)


def _delay(error: SwitchboardError, tries: int, repeatable: bool) -> float | None:
    """Seconds until the request may come again; None when that does not help or is not safe."""
    if not _was_refused(error) and not (repeatable and _was_lost(error)):
        return None
    wait = error.retry_after or 0.0
    return None if wait > _LONGEST_WAIT_SECONDS else max(wait, pause_seconds(tries))


def _takes_key(request: httpx.Request) -> bool:
    return any(method == request.method and re.search(f"{path}$", request.url.path) for method, path in KEYED)


class RetryTransport(httpx.BaseTransport):
    """Sends requests, and raises ``SwitchboardError`` for answers that are failures."""

    def __init__(self, inner: httpx.BaseTransport, retries: int) -> None:
        self._inner = inner
        self._retries = retries

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        # What was read of a file is gone.
        whole = isinstance(request.stream, httpx.ByteStream)
        retries = int(request.extensions.get("switchboard_retries", self._retries)) if whole else 0
        if retries > 0 and _takes_key(request):
            request.headers.setdefault("Idempotency-Key", uuid.uuid4().hex)
        repeatable = request.method == "GET" or "Idempotency-Key" in request.headers
        tries = 0
        while True:
            try:
                return self._once(request)
            except SwitchboardError as error:
                delay = _delay(error, tries, repeatable) if tries < retries else None
                if delay is None:
                    raise
            time.sleep(delay)
            tries += 1

    def _once(self, request: httpx.Request) -> httpx.Response:
        try:
            response = self._inner.handle_request(request)
        except httpx.TransportError as cause:
            raise no_answer("The server gave no answer") from cause
        failed = response.status_code >= 400
        if not failed and not response.headers.get("content-type", "").startswith("application/json"):
            return response
        try:
            response.read()
        except httpx.TransportError as cause:
            raise no_answer("The answer broke off") from cause
        finally:
            response.close()
        if failed:
            raise error_of(response)
        return response

    def close(self) -> None:
        self._inner.close()
