interface ErrorEntry {
  readonly status: number
  /** Whether the same request may succeed later, unchanged. */
  readonly retryable: boolean
  readonly title: string
  /** A paragraph for the reference: when it happens and what to do. */
  readonly docs: string
}

const entry = (status: number, retryable: boolean, title: string, docs: string): ErrorEntry => ({
  status,
  retryable,
  title,
  docs,
})

/** Every error that a client can meet. Code, docs and OpenAPI are held to this list. */
export const errorCatalogue = {
  invalid_request: entry(
    400,
    false,
    'The request does not match what this endpoint takes',
    'A field is missing, of the wrong type, unknown or out of range. `details.issues` names each place. Correct the request; nothing was changed.',
  ),
  invalid_json: entry(
    400,
    false,
    'The body is not valid JSON',
    'The body could not be parsed, or ended early. Nothing was changed.',
  ),
  invalid_phone: entry(
    400,
    false,
    'This is not an international phone number',
    'Use digits with the country code, without leading zeros; one leading + is fine.',
  ),
  invalid_jid: entry(
    400,
    false,
    'This is not a WhatsApp address',
    'Use a full address such as `4917012345678@s.whatsapp.net`, `…@lid` or `…@g.us`, or the international digits of a person.',
  ),
  invalid_webhook_url: entry(
    400,
    false,
    'This URL cannot receive webhooks',
    'A webhook needs an https URL with a public host and no credentials in it. In the sandbox, loopback and http are allowed.',
  ),
  unauthorized: entry(
    401,
    false,
    'Credentials are missing or not valid',
    'The header this endpoint needs is missing, malformed, revoked or replaced by a newer token.',
  ),
  not_group_admin: entry(
    403,
    false,
    'Only admins of the group may do this',
    'The account is no admin of this group. Ask one to promote it, or to do it.',
  ),
  forbidden_by_whatsapp: entry(
    403,
    false,
    'WhatsApp does not allow this to the account',
    'The account is no member, or its role or a privacy setting of somebody else forbids it. `details.whatsapp_code` has the code of WhatsApp.',
  ),
  not_found: entry(404, false, 'There is nothing here', 'No such route, or no such thing that belongs to you.'),
  device_not_found: entry(404, false, 'No such device', 'The device does not exist or belongs to somebody else.'),
  api_key_not_found: entry(404, false, 'No such API key', 'The key does not exist or was deleted.'),
  message_not_found: entry(404, false, 'No such message', 'The device has no message with this id.'),
  webhook_not_found: entry(404, false, 'No such webhook', 'The device has no webhook with this id.'),
  delivery_not_found: entry(404, false, 'No such delivery', 'The webhook has no delivery for this event.'),
  group_not_found: entry(404, false, 'No such group', 'WhatsApp knows no group with this address, or it was ended.'),
  invitation_not_found: entry(
    404,
    false,
    'No such invitation',
    'WhatsApp knows no invitation with this code, or it was made for somebody else.',
  ),
  code_not_found: entry(
    404,
    false,
    'No such code',
    'WhatsApp knows nobody behind this code, or it was replaced by another.',
  ),
  channel_not_found: entry(404, false, 'No such channel', 'WhatsApp knows no channel with this address.'),
  not_on_whatsapp: entry(
    404,
    false,
    'The recipient has no WhatsApp account',
    'WhatsApp answered that this number is not registered.',
  ),
  method_not_allowed: entry(
    405,
    false,
    'This path does not take this method',
    'The `Allow` header names the methods that work.',
  ),
  device_not_connected: entry(
    409,
    true,
    'The device is not connected to WhatsApp',
    'With `Retry-After`, the server connects by itself: come again then (a send need not, it is taken while the device connects). Without it waiting does not help: `details.state` and `details.next_action`, and `GET /devices/me/status` in sentences, tell why and what a person can do.',
  ),
  device_not_linked: entry(
    409,
    false,
    'The device is not linked to a WhatsApp account',
    'Log in first, by QR code or pairing code.',
  ),
  already_member: entry(409, false, 'Already a member', 'The account is a member of this group.'),
  group_changed: entry(
    409,
    true,
    'Somebody else was quicker',
    'What you change was changed in between, or is so already. Read the group again, and repeat the request if it is still wanted.',
  ),
  group_full: entry(409, false, 'The group is full', 'WhatsApp lets nobody more into this group.'),
  invitation_gone: entry(
    410,
    false,
    'The invitation is no longer valid',
    'It was reset, taken back or has expired. Ask for another.',
  ),
  settings_changed: entry(
    409,
    true,
    'The settings were changed elsewhere',
    'Another device changed the same settings in between. Read them again, and repeat the request.',
  ),
  push_name_missing: entry(
    409,
    true,
    'The account has no name yet',
    'WhatsApp shows nobody as online whose name is not known. The phone tells the name soon after linking; try again then.',
  ),
  terms_not_accepted: entry(
    409,
    false,
    'The terms of channels are not accepted',
    'Whoever makes a channel accepts WhatsApp’s terms first: `POST /newsletters/tos/accept`.',
  ),
  idempotency_conflict: entry(
    409,
    false,
    'This Idempotency-Key was used with another request',
    'Keys are kept for 24 hours. Use a new key for a new request.',
  ),
  idempotency_in_progress: entry(
    409,
    true,
    'The first request with this Idempotency-Key is still running',
    'Repeat the request in a moment to get its answer.',
  ),
  outcome_unknown: entry(
    409,
    false,
    'Nobody can tell whether the first request did it',
    'The first request with this Idempotency-Key was cut off after it had left, and WhatsApp does not say what became of it. Look whether it was done. If not, repeat it with a new key.',
  ),
  quota_exceeded: entry(
    409,
    false,
    'The API key has no device left',
    'Delete a device or ask for a higher `max_devices`.',
  ),
  webhook_limit_reached: entry(
    409,
    false,
    'The device has no webhook left',
    'Delete one, or raise WEBHOOK_MAX_PER_DEVICE.',
  ),
  webhook_inactive: entry(
    409,
    false,
    'The webhook is switched off',
    'Its owner or the gateway switched it off (`disabled_reason` says why), or WEBHOOKS_ENABLED is off. Set `active` to true and try again.',
  ),
  message_not_cancellable: entry(
    409,
    false,
    'The message can no longer be cancelled',
    'Only a message that is still queued can be cancelled.',
  ),
  cursor_ahead: entry(
    409,
    false,
    'This cursor is newer than the newest event',
    'The log of events ends before it, for example because the gateway runs on a restored backup: events that the reader has seen are not there, and new ones will get numbers that it takes for old. `details.newest_seq` is the newest `seq`; go on with it as `after`, or read the log anew with 0.',
  ),
  cursor_expired: entry(
    410,
    false,
    'Events behind this cursor are not kept any more',
    'The log of events reaches back SWITCHBOARD_EVENT_RETENTION_DAYS, and this cursor is older: what came next is gone. Go on with `details.oldest_after` as `after`, or without a cursor, and fetch by other means what was missed.',
  ),
  payload_too_large: entry(413, false, 'The body is too large', 'Raise HTTP_BODY_LIMIT_SIZE or send less.'),
  unsupported_media_type: entry(
    415,
    false,
    'This endpoint does not take this content type',
    'Send `application/json` unless the reference says otherwise.',
  ),
  message_refused: entry(
    422,
    false,
    'WhatsApp refused the message',
    'WhatsApp answered with the code in `details.whatsapp_code`; 463 means that this account may not start new chats now.',
  ),
  refused_by_whatsapp: entry(
    422,
    false,
    'WhatsApp refused the request',
    'WhatsApp understood the request and does not do it: a value that it does not take, or something that is not so (any more). `details.whatsapp_code` has its code.',
  ),
  whatsapp_rate_limited: entry(
    429,
    true,
    'WhatsApp limits this account now',
    'The account asked WhatsApp for too much. Wait for the seconds in `Retry-After`, and then ask less often: an account that goes on may be banned.',
  ),
  too_many_pairings: entry(
    429,
    true,
    'Too many devices of this API key wait to be linked',
    'As many devices of the key as SWITCHBOARD_PAIRINGS_PER_KEY allows show a code and wait for a phone. Let a phone scan one, or wait for the seconds in `Retry-After`, when the first of them ends; codes that nobody scans end after some minutes.',
  ),
  rate_limited: entry(
    429,
    true,
    'Too many requests',
    'The limit of an hour or a minute is used up, or too much of this caller is under way at once: requests, lists, live streams or large bodies. The message says which. Wait for the seconds in `Retry-After`.',
  ),
  internal: entry(
    500,
    true,
    'Unexpected failure',
    'It was logged under the request id. Nothing internal is told here.',
  ),
  unsupported: entry(501, false, 'This is not supported yet', 'The reference and docs/status.md list what works.'),
  whatsapp_error: entry(
    502,
    true,
    'WhatsApp answered with an error',
    '`details.whatsapp_code` carries its code when there is one.',
  ),
  shutting_down: entry(
    503,
    true,
    'The server is shutting down',
    'Send the request again; another process or the restarted one will take it.',
  ),
  not_ready: entry(503, true, 'The server is not ready', 'The database does not answer or the server still starts.'),
  whatsapp_timeout: entry(
    504,
    true,
    'WhatsApp did not answer in time',
    'For a send this means that the outcome is not known yet: ask `GET /messages/{id}` or repeat with the same Idempotency-Key.',
  ),
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof errorCatalogue

/** Seconds after which a request that failed so may come again, where whoever raises the error knows none better: `Retry-After` says so. */
export const usualWaitSeconds: Readonly<Partial<Record<ErrorCode, number>>> = {
  // WhatsApp does not say how long its limit lasts.
  whatsapp_rate_limited: 60,
  group_changed: 1,
  settings_changed: 1,
  push_name_missing: 5,
  whatsapp_error: 5,
  whatsapp_timeout: 5,
  internal: 5,
  shutting_down: 5,
  not_ready: 2,
}
