"""An echo bot: it answers every text that its device gets. It reads the events page by page, and loses no message and answers none twice
when it is killed, when the gateway is killed, or both. Nothing but the standard library of Python 3.8 or newer."""

import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

API = os.environ["BOT_API_URL"]
TOKEN = os.environ["BOT_TOKEN"]
PLACE = os.environ["BOT_STATE"]
TYPES = "message.received"


class Refused(Exception):
    """The gateway says that repeating will not help."""

    def __init__(self, failure):
        super().__init__(failure.get("message"))
        self.code = failure.get("error_code")
        self.details = failure.get("details", {})


def call(method, path, body=None, key=None):
    """The `data` of an answer. Raises Refused, or OSError and ValueError for what may be better later."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    if body is not None:
        headers["Content-Type"] = "application/json"
    if key is not None:
        headers["Idempotency-Key"] = key
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(API + path, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.load(response)["data"]
    except urllib.error.HTTPError as error:
        failure = json.load(error)
        if failure.get("retryable") is False:
            raise Refused(failure) from error
        raise


def call_until_it_works(*arguments, **named):
    pause = 0.5
    while True:
        try:
            return call(*arguments, **named)
        except (OSError, ValueError) as error:
            print(f"trying again: {error}", file=sys.stderr, flush=True)
        time.sleep(pause)
        pause = min(pause * 2, 10)


def read_place():
    """Up to where everything is answered; None before the first start."""
    try:
        with open(PLACE) as file:
            return json.load(file)["after"]
    except FileNotFoundError:
        return None


def write_place(after):
    """The old file or the new one, and never half of one, whatever happens meanwhile."""
    with open(PLACE + ".new", "w") as file:
        json.dump({"after": after}, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(PLACE + ".new", PLACE)


def read_events(after, limit):
    query = urllib.parse.urlencode({"after": after, "types": TYPES, "limit": limit})
    try:
        page = call_until_it_works("GET", f"/events?{query}")
    except Refused as error:
        # The log was restored from a backup, or what comes next was too old to be kept, or the place is one of another device.
        if error.code not in ("cursor_ahead", "cursor_expired"):
            raise
        print(f"event {after}: {error}", file=sys.stderr, flush=True)
        return [], error.details.get("newest_seq", error.details.get("oldest_after"))
    return page["events"], page["next_after"]


def find_end():
    """The end of the log: a bot that starts for the first time does not answer old messages."""
    after = 0
    while True:
        events, after = read_events(after, 1000)
        if not events:
            return after


def answer(event):
    """The key makes a repetition harmless, also one after a crash of either side."""
    data = event["data"]
    if data["is_from_me"] or not data.get("text"):
        return
    path = f"/chats/{urllib.parse.quote(data['chat'], safe='')}/messages"
    try:
        call_until_it_works("POST", path, {"text": f"You said: {data['text']}"}, key=event["id"])
    except Refused as error:
        print(f"{event['id']} cannot be answered: {error}", file=sys.stderr, flush=True)


def main():
    after = read_place()
    if after is None:
        after = find_end()
        write_place(after)
    events, after = read_events(after, 100)
    print("answering from here on", flush=True)
    while True:
        for event in events:
            answer(event)
            write_place(event["seq"])
        if not events:
            time.sleep(0.5)
        events, after = read_events(after, 100)


main()
