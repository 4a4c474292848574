"""What a call raises when it fails."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx


class SwitchboardError(Exception):
    """A call that failed.

    ``status``: of HTTP; 0 when no answer came.
    ``code``: stable name of the error; ``no_answer`` when none came, ``unexpected_answer`` when it was none of Switchboard.
    ``retryable``: the same request may succeed later.
    ``retry_after``: seconds after which the request may come again.
    ``request_id``: names the request in the log of the server.
    ``details``: more about it; what, depends on ``code``.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int,
        code: str,
        retryable: bool,
        retry_after: float | None = None,
        request_id: str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.retryable = retryable
        self.retry_after = retry_after
        self.request_id = request_id
        self.details = dict(details or {})


def no_answer(message: str) -> SwitchboardError:
    """No answer came, or only a part of one."""
    return SwitchboardError(message, status=0, code="no_answer", retryable=True)


def unknown_answer() -> SwitchboardError:
    return SwitchboardError(
        "The answer has a shape that this client does not know", status=0, code="unexpected_answer", retryable=False
    )


def failure_of(said: object, retry_after: float | None = None) -> SwitchboardError | None:
    """The error that parsed JSON says, if it is one of Switchboard."""
    if not isinstance(said, dict) or "error_code" not in said or "message" not in said:
        return None
    return SwitchboardError(
        str(said["message"]),
        status=int(said.get("code", 0)),
        code=str(said["error_code"]),
        retryable=bool(said.get("retryable")),
        retry_after=retry_after,
        request_id=said.get("request_id"),
        details=said.get("details"),
    )


def error_of(response: httpx.Response) -> SwitchboardError:
    """The error that an answer says. Its body must have been read."""
    wait = response.headers.get("retry-after", "")
    retry_after = float(wait) if wait.isdecimal() else None
    try:
        failure = failure_of(response.json(), retry_after)
    except ValueError:
        failure = None
    return failure or SwitchboardError(
        f"The answer was {response.status_code}, and not one of Switchboard",
        status=response.status_code,
        code="unexpected_answer",
        retryable=response.status_code >= 500,
        retry_after=retry_after,
        request_id=response.headers.get("x-request-id"),
    )
