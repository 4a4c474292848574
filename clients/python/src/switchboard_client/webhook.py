"""Checks that a request to a webhook is genuine. Source: standardwebhooks specification 1.0.0."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
import time
from collections.abc import Iterable, Mapping

from .event import Event, event_of


class WebhookError(Exception):
    """A request that is none of Switchboard, was changed, or is too old. Answer it with 400 or 401."""


def _header(headers: Mapping[str, str], name: str) -> str:
    found = [value for key, value in headers.items() if key.lower() == name and value]
    if not found:
        raise WebhookError(f"The header {name} is missing")
    return " ".join(found)


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _key(secret: str) -> bytes:
    """A secret of one's own is used as it is."""
    key = _from_base64(secret[6:]) if secret.startswith("whsec_") else secret.encode()
    if not key:
        raise WebhookError("The secret is not one of a webhook")
    return key


def _check_time(timestamp: str, tolerance: float) -> None:
    at = int(timestamp) if re.fullmatch(r"[0-9]{1,15}", timestamp) else None
    if at is None or abs(time.time() - at) > tolerance:
        raise WebhookError("The time of the request is too far from now")


def _signatures(header: str) -> list[bytes]:
    """``v1,`` and base64, with blanks between."""
    return [_from_base64(one[3:]) for one in re.split(r",?\s+", header) if one.startswith("v1,")]


def _event(body: bytes) -> Event:
    try:
        event = event_of(json.loads(body))
    except ValueError:
        event = None
    if event is None:
        raise WebhookError("The body is not an event")
    return event


def verify_webhook(
    headers: Mapping[str, str],
    raw_body: bytes | str,
    secret: str | Iterable[str],
    *,
    tolerance_seconds: float = 300,
) -> Event:
    """The event of a request to a webhook, once its signature is found to be right.

    ``headers``: as the framework has them, names in any case.
    ``raw_body``: as it came, before anything parsed it.
    ``secret``: as it was shown when the webhook was made; several while it is changed.

    Raises ``WebhookError``.
    """
    timestamp = _header(headers, "webhook-timestamp")
    signatures = _signatures(_header(headers, "webhook-signature"))
    body = raw_body.encode() if isinstance(raw_body, str) else bytes(raw_body)
    signed = f"{_header(headers, 'webhook-id')}.{timestamp}.".encode() + body
    _check_time(timestamp, tolerance_seconds)
    for one in [secret] if isinstance(secret, str) else secret:
        right = hmac.new(_key(one), signed, hashlib.sha256).digest()
        if any(hmac.compare_digest(given, right) for given in signatures):
            return _event(body)
    raise WebhookError("The signature is not right")
