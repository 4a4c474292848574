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
    'The account is not an admin of this group. Ask an admin to promote it, or to do it.',
  ),
  not_own_message: entry(
    403,
    false,
    'The message was written by somebody else',
    'Only the author edits a message. Between two people only the author takes it back for everybody, in a group an admin does too.',
  ),
  forbidden_by_whatsapp: entry(
    403,
    false,
    'WhatsApp does not allow the account to do this',
    'The account is not a member, or its role or the privacy setting of another person forbids it. `details.whatsapp_code` is the code of WhatsApp.',
  ),
  not_found: entry(404, false, 'Not found', 'The route does not exist, or nothing of yours has this address.'),
  device_not_found: entry(404, false, 'Device not found', 'The device does not exist or belongs to somebody else.'),
  api_key_not_found: entry(404, false, 'API key not found', 'The key does not exist or was deleted.'),
  message_not_found: entry(404, false, 'Message not found', 'The device has no message with this id.'),
  poll_not_found: entry(
    404,
    false,
    'Poll not found',
    'The device has no poll with this id, or the poll was taken back.',
  ),
  chat_not_found: entry(404, false, 'Chat not found', 'The device has no chat with this address.'),
  media_not_found: entry(
    404,
    false,
    'File not found',
    'The message has no file, or was deleted; or the link is not one that this server signed. Of a send: the device has no file with this `media_id`, or its time (`expires_at`) is over.',
  ),
  media_deleted: entry(
    404,
    false,
    'The file is gone',
    'WhatsApp no longer has the file. `details.reason` says why it cannot be had again: `not_on_phone` (it was deleted from the phone of the account), `phone_refused`, or `gone` (a file of a channel). When the phone has it again, `POST /messages/media/retry-receipt` asks for it.',
  ),
  label_not_found: entry(404, false, 'Label not found', 'The account has no label with this id.'),
  username_not_found: entry(404, false, 'User name not found', 'WhatsApp answered that nobody has this user name.'),
  username_key_needed: entry(
    409,
    false,
    'The user name needs its key',
    'Whoever has this user name gives four digits to those who may find them. They are missing, or others.',
  ),
  contact_not_found: entry(404, false, 'Contact not found', 'The account has not saved this person.'),
  call_not_found: entry(404, false, 'Call not found', 'The device knows no call with this id from this caller.'),
  not_a_business: entry(
    404,
    false,
    'Not a business',
    'The account exists, but is no business, or there is no such account.',
  ),
  webhook_not_found: entry(404, false, 'Webhook not found', 'The device has no webhook with this id.'),
  delivery_not_found: entry(404, false, 'Delivery not found', 'The webhook has no delivery for this event.'),
  group_not_found: entry(
    404,
    false,
    'Group not found',
    'WhatsApp knows no group with this address, or the group was deleted.',
  ),
  invitation_not_found: entry(
    404,
    false,
    'Invitation not found',
    'WhatsApp knows no invitation with this code, or it was made for somebody else.',
  ),
  code_not_found: entry(
    404,
    false,
    'Code not found',
    'WhatsApp knows nobody with this code, or the code was replaced.',
  ),
  channel_not_found: entry(404, false, 'Channel not found', 'WhatsApp knows no channel with this address.'),
  not_on_whatsapp: entry(
    404,
    false,
    'The recipient has no WhatsApp account',
    'WhatsApp answered that this number is not registered.',
  ),
  method_not_allowed: entry(405, false, 'Method not allowed', 'The `Allow` header names the methods that work.'),
  device_not_connected: entry(
    409,
    true,
    'The device is not connected to WhatsApp',
    'With `Retry-After`, the server connects by itself: repeat the request after that time. (A send need not be repeated: it is taken while the device connects.) Without `Retry-After`, waiting does not help: `details.state` and `details.next_action` say why and what a person can do, and so does `GET /devices/me/status` in sentences.',
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
    'The group was changed in the meantime',
    'What you want to change was changed by somebody else, or is already so. Read the group again, and repeat the request if you still want it.',
  ),
  group_full: entry(409, false, 'The group is full', 'WhatsApp allows no more members in this group.'),
  invitation_gone: entry(
    410,
    false,
    'The invitation is no longer valid',
    'It was reset or revoked, or has expired. Ask for a new one.',
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
    'WhatsApp shows an account as online only when it has a name. The phone sends the name soon after linking; try again then.',
  ),
  terms_not_accepted: entry(
    409,
    false,
    'The terms of channels are not accepted',
    'Accept WhatsApp’s terms for channels first: `POST /newsletters/tos/accept`.',
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
    'The outcome of the first request is unknown',
    'The first request with this Idempotency-Key was interrupted after it had been sent to WhatsApp, which does not say whether it was done. Check whether it was done. If not, repeat the request with a new key.',
  ),
  quota_exceeded: entry(
    409,
    false,
    'Device limit reached',
    'The API key has as many devices as its `max_devices` allows. Delete a device, or ask for a higher limit.',
  ),
  webhook_limit_reached: entry(
    409,
    false,
    'Webhook limit reached',
    'The device has as many webhooks as WEBHOOK_MAX_PER_DEVICE allows. Delete one, or raise the setting.',
  ),
  webhook_inactive: entry(
    409,
    false,
    'The webhook is switched off',
    'Its owner or the gateway switched it off (`disabled_reason` says why), or WEBHOOKS_ENABLED is off. Set `active` to true and try again.',
  ),
  call_over: entry(
    409,
    false,
    'The call is over',
    'It was taken, it ended, or the caller gave up. There is nothing to refuse.',
  ),
  message_not_cancellable: entry(
    409,
    false,
    'The message can no longer be cancelled',
    'Only a message that is still queued or scheduled can be cancelled.',
  ),
  message_not_scheduled: entry(
    409,
    false,
    'The message is not scheduled',
    'Only a message that still waits for its time can get another one.',
  ),
  message_too_old: entry(
    409,
    false,
    'The message can no longer be edited',
    'WhatsApp allows edits for 15 minutes after a message was sent. Send a new message.',
  ),
  message_not_suitable: entry(
    409,
    false,
    'This cannot be done with this message',
    'It was taken back, it never left, or WhatsApp does not offer this for its kind. The message says which.',
  ),
  media_not_ready: entry(
    409,
    true,
    'The phone has not stored the file at WhatsApp again yet',
    'The link of WhatsApp to the file has ended. The phone of the account was asked to store it again, and has not answered: it may be off. Repeat the request later, or wait for the event `media.retry`.',
  ),
  cursor_ahead: entry(
    409,
    false,
    'This cursor is newer than the newest event',
    'The event log ends before this cursor, for example because the gateway runs on a restored backup. Events that the reader has seen are missing there, and new events will get numbers that the reader takes for old ones. Continue with `details.newest_seq` as `after`, or read the log again from 0.',
  ),
  cursor_expired: entry(
    410,
    false,
    'Events after this cursor have been deleted',
    'Events are kept for SWITCHBOARD_EVENT_RETENTION_DAYS, and this cursor is older: the next events are gone. Continue with `details.oldest_after` as `after`, or without a cursor, and fetch what was missed in another way.',
  ),
  media_link_expired: entry(
    410,
    false,
    'The link has expired',
    'A signed link is valid for the time in SWITCHBOARD_MEDIA_LINK_TTL. `GET /messages/{message_id}` gives a new one, and `GET /messages/{message_id}/media` the file itself.',
  ),
  payload_too_large: entry(413, false, 'The body is too large', 'Send less, or raise HTTP_BODY_LIMIT_SIZE.'),
  media_too_large: entry(
    413,
    false,
    'The file is too large',
    '`details.limit` is what is allowed, `details.unit` says of what: `bytes`, `pixels` (of all frames together) or `seconds`. Make the file smaller. Files are not bound by HTTP_BODY_LIMIT_SIZE.',
  ),
  unsupported_media_type: entry(
    415,
    false,
    'This endpoint does not take this content type',
    'Send `application/json` unless the reference says otherwise.',
  ),
  media_fetch_failed: entry(
    422,
    false,
    'The file could not be fetched from its address',
    '`details.reason` is `status` (the server there did not answer with 200; `details.status` is its answer), `connection`, `cut_off`, `redirects` (too many), or `not_allowed`: the address, or one that it leads to, is not a public one of http or https. Nothing was sent.',
  ),
  media_quota_exceeded: entry(
    409,
    true,
    'The device keeps too many files',
    'Files that wait to be sent and files of `POST /media` fill what SWITCHBOARD_MEDIA_DEVICE_MAX allows a device. Wait until files were sent or their time is over.',
  ),
  media_unreadable: entry(
    422,
    false,
    'The file cannot be read',
    'It is empty, cut off or damaged, or takes too much time or memory to decode. Only its bytes count, never its name or declared type. As a document, any file that is not empty can be sent.',
  ),
  media_kind_mismatch: entry(
    422,
    false,
    'The file is of another kind than this endpoint takes',
    '`details.mimetype` is what the bytes are, `details.takes` lists what is taken here. Use the endpoint of that kind, or send the file as a document.',
  ),
  media_conversion_unavailable: entry(
    422,
    false,
    'This gateway cannot convert the file',
    '`details.needs` names the program that is missing, `details.have` lists the types that can be converted without it; `GET /admin/health` says the same under `media`. Convert the file before sending it, or install the program.',
  ),
  range_not_satisfiable: entry(
    416,
    false,
    'The file has no such part',
    'The `Range` begins behind the end of the file. `Content-Range` says how long the file is.',
  ),
  message_refused: entry(
    422,
    false,
    'WhatsApp refused the message',
    '`details.whatsapp_code` is the code of WhatsApp; 463 means that this account may not start new chats at the moment.',
  ),
  refused_by_whatsapp: entry(
    422,
    false,
    'WhatsApp refused the request',
    'WhatsApp understood the request and refused it: a value is not allowed, or something is not (or no longer) as the request assumes. `details.whatsapp_code` is its code.',
  ),
  whatsapp_rate_limited: entry(
    429,
    true,
    'WhatsApp limits this account at the moment',
    'The account sent WhatsApp too many requests. Wait for the seconds in `Retry-After`, then ask less often: an account that continues may be banned.',
  ),
  too_many_pairings: entry(
    429,
    true,
    'Too many devices of this API key are waiting to be linked',
    'As many devices of the key as SWITCHBOARD_PAIRINGS_PER_KEY allows show a code and wait for a phone. Scan one of the codes, or wait for the seconds in `Retry-After`: then the first of them expires. A code that nobody scans expires after a few minutes.',
  ),
  rate_limited: entry(
    429,
    true,
    'Too many requests',
    'The limit of an hour or a minute is used up, or too much of this caller is under way at once: requests, lists, live streams or large bodies. The message says which. Wait for the seconds in `Retry-After`.',
  ),
  internal: entry(500, true, 'Unexpected failure', 'The cause is logged with the request id. It is not shown here.'),
  unsupported: entry(501, false, 'This is not supported yet', 'The reference and docs/status.md list what works.'),
  whatsapp_error: entry(
    502,
    true,
    'WhatsApp answered with an error',
    '`details.whatsapp_code` is its code, when there is one.',
  ),
  media_flawed: entry(
    502,
    false,
    'The file is not the one that the message announced',
    'What WhatsApp has is not what the message says: a hash, the signature or the length is wrong, or the message does not say them. The whole file is never handed out then; an answer that had begun is cut off.',
  ),
  shutting_down: entry(
    503,
    true,
    'The server is shutting down',
    'Send the request again; another process or the restarted one will take it.',
  ),
  not_ready: entry(
    503,
    true,
    'The server is not ready',
    'The database does not answer or the server is still starting.',
  ),
  whatsapp_timeout: entry(
    504,
    true,
    'WhatsApp did not answer in time',
    'After a send, this means that the outcome is not known yet: ask `GET /messages/{id}`, or repeat the request with the same Idempotency-Key.',
  ),
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof errorCatalogue

/** `Retry-After` of these errors in seconds, unless the code that raises the error gives another value. */
export const usualWaitSeconds: Readonly<Partial<Record<ErrorCode, number>>> = {
  // WhatsApp does not say how long its limit lasts.
  whatsapp_rate_limited: 60,
  media_not_ready: 30,
  media_quota_exceeded: 60,
  group_changed: 1,
  settings_changed: 1,
  push_name_missing: 5,
  whatsapp_error: 5,
  whatsapp_timeout: 5,
  internal: 5,
  shutting_down: 5,
  not_ready: 2,
}
