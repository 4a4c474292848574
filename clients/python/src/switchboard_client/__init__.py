"""The client of Switchboard. ``api`` has a function for every operation, ``models`` what they take and give."""

from .error import SwitchboardError
from .event import Event
from .event_feed import EventFeed
from .switchboard import Switchboard
from .webhook import WebhookError, verify_webhook

__all__ = ["Event", "EventFeed", "Switchboard", "SwitchboardError", "WebhookError", "verify_webhook"]
