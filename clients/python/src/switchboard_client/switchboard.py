"""The gateway, as one caller sees it."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType

import httpx

from .client import AuthenticatedClient
from .event_feed import EventFeed
from .groups import EventsOperations, Groups
from .retry import RetryTransport

def _credential(
    device_token: str | None, api_key: str | None, admin_secret: str | None
) -> tuple[str, str, str]:
    """Header, prefix and value."""
    given = [
        (header, prefix, value)
        for header, prefix, value in (
            ("Authorization", "Bearer", device_token),
            ("X-API-Key", "", api_key),
            ("X-Admin-Secret", "", admin_secret),
        )
        if value
    ]
    if len(given) != 1:
        raise ValueError("Give one of device_token, api_key and admin_secret")
    header, prefix, value = given[0]
    return header, prefix, value or ""


class Events(EventsOperations):
    """The log of events, and the feed that follows it live."""

    def __init__(self, client: AuthenticatedClient, http: httpx.Client) -> None:
        super().__init__(client)
        self._http = http

    def __call__(self, *, after: int | None = None, types: Iterable[str] | None = None) -> EventFeed:
        """Follows the log of events live: ``for event in sb.events(after=place)``.

        ``after``: continues behind this place; 0 for the oldest event that is kept; only what happens from now on when absent.
        ``types``: only these; all when absent.
        """
        return EventFeed(self._http, after, types)


class Switchboard(Groups):
    """Every operation is a method: ``sb.messaging.send_text(…)``. It raises ``SwitchboardError`` when the call fails.

    ``device_id``: acts as this device, for an API key or the operator.
    ``api_key_id``: acts as the customer with this API key, for the operator.
    ``retries``: how often a request is repeated when there was no answer, or 429 or 503, and repeating it does nothing twice.
    ``timeout``: seconds without a byte after which a call fails.
    ``transport``: instead of the one of httpx.
    """

    def __init__(
        self,
        base_url: str,
        *,
        device_token: str | None = None,
        api_key: str | None = None,
        admin_secret: str | None = None,
        device_id: str | None = None,
        api_key_id: int | None = None,
        retries: int = 3,
        timeout: float = 60,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        header, prefix, value = _credential(device_token, api_key, admin_secret)
        headers = {
            **({"X-Device-ID": device_id} if device_id is not None else {}),
            **({"X-API-Key-ID": str(api_key_id)} if api_key_id is not None else {}),
        }
        base = base_url.rstrip("/")
        self._http = httpx.Client(
            base_url=base,
            headers={**headers, header: f"{prefix} {value}".strip()},
            timeout=timeout,
            transport=RetryTransport(transport or httpx.HTTPTransport(), retries),
        )
        made = AuthenticatedClient(
            base_url=base,
            headers=headers,
            token=value,
            prefix=prefix,
            auth_header_name=header,
            timeout=httpx.Timeout(timeout),
        )
        self.client = made.set_httpx_client(self._http)
        """For the functions of ``switchboard_client.api``."""
        super().__init__(self.client)
        self.events = Events(self.client, self._http)

    def close(self) -> None:
        """Ends all connections."""
        self._http.close()

    def __enter__(self) -> Switchboard:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
