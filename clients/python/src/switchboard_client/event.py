"""Events as webhooks and the live stream have them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .event_models import EVENT_MODELS, EventModel


@dataclass(frozen=True)
class Event:
    """Something that happened. Newer servers may have more kinds and more fields."""

    event_type: str
    device_id: str
    data: dict[str, Any]
    """By the field names of the reference of events."""
    raw: dict[str, Any] = field(repr=False)
    """The whole event, with ``id``, ``seq`` and ``timestamp``."""
    cursor: int | None = None
    """Of a feed: give it as ``after`` to continue behind this event."""

    @property
    def id(self) -> str:
        """The same each time that this event comes."""
        return str(self.raw.get("id", ""))

    def model(self) -> EventModel:
        """With typed fields; ``isinstance(model, MessageReceivedEvent)`` narrows it. Raises ``ValueError`` for kinds that are newer than the client."""
        known = EVENT_MODELS.get(self.event_type)
        if known is None:
            raise ValueError(f"{self.event_type} is newer than this client")
        return known.from_dict(self.raw)


def event_of(said: object, cursor: int | None = None) -> Event | None:
    """The event that parsed JSON is, if it is one."""
    if not isinstance(said, dict) or not isinstance(said.get("event_type"), str):
        return None
    return Event(said["event_type"], str(said.get("device_id", "")), said.get("data") or {}, said, cursor)
