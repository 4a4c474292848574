import type { ErrorCode } from './catalogue.ts'

export interface ErrorAdvice {
  /** What has usually happened when somebody meets the error for the first time. */
  readonly cause: string
  /** The next step of whoever meets it. */
  readonly remedy: string
}

const advice = (cause: string, remedy: string): ErrorAdvice => ({ cause, remedy })

const listAgain = 'An id of another device or of another world, such as one of a sandbox that was begun anew.'

/** What to do about each error, for the reference alone. A code of the catalogue without advice does not compile. */
export const errorAdvice: Readonly<Record<ErrorCode, ErrorAdvice>> = {
  invalid_request: advice(
    'A misspelt name of a field, a number in quotes, or a form where JSON is meant.',
    'Look at `details.issues`: each has the path and the reason. Compare with the sample of the operation at `/docs/`.',
  ),
  invalid_json: advice(
    'Quotes of the shell that ended too early, or a comma behind the last field.',
    'Print what you send, and let your program make the JSON instead of joining texts.',
  ),
  invalid_phone: advice(
    'A number without its country code, or with the zero of calls inside the country.',
    'Write `4917012345678` for 0170 12345678 in Germany.',
  ),
  invalid_jid: advice(
    'A name, or a number with other signs in it, where an address is wanted.',
    'Use the `jid` that an event or a list gave you, or the digits of the number.',
  ),
  invalid_webhook_url: advice(
    'An address of your own network, or http.',
    'Put TLS in front of your receiver. To try it on one machine, use the sandbox, or set SWITCHBOARD_WEBHOOK_ALLOW_PRIVATE where no stranger makes webhooks.',
  ),
  unauthorized: advice(
    'The credential is in the wrong header, or a newer token has replaced it.',
    'Send a token as `Authorization: Bearer …`, an API key as `X-API-Key`, the admin secret as `X-Admin-Secret`. `POST /devices/token` gives a device a new token.',
  ),
  access_key_expired: advice(
    'A key that was made for some days.',
    'Ask the owner of the API key for a later end, or another key.',
  ),
  forbidden_scope: advice(
    'The key was made for reading, and the program now sends.',
    'Add the scope in `details.needs`, or use the token of the device.',
  ),
  forbidden_network: advice(
    'The program runs at another address than before, or a proxy stands in front.',
    'Add the network with `PATCH /access-keys/{access_key_id}`, and name your proxies in SWITCHBOARD_TRUSTED_PROXIES.',
  ),
  origin_not_allowed: advice(
    'A page of another site calls the API from the browser.',
    'Call it from your server, or name the origin in HTTP_CORS_ORIGIN and use a ticket for live events.',
  ),
  policy_forbids: advice(
    'A program uses the credential of an agent to send by itself.',
    'Give the program a credential of its own without a send policy.',
  ),
  not_group_admin: advice(
    'The account joined the group and nobody made it an admin.',
    'Let an admin promote it in WhatsApp; `GET /groups/{group_jid}` shows who is one.',
  ),
  not_own_message: advice(
    'The id is that of a message that came in.',
    'Edit and take back only what this account has sent.',
  ),
  forbidden_by_whatsapp: advice(
    'The account was removed from the group, or the other person allows this to contacts alone.',
    'Look at the group or person on the phone: what the phone cannot do, the API cannot do.',
  ),
  not_found: advice(
    'A slip in the path, or HTTP_BASE_URL is set and the path lacks it.',
    'Compare with the list at `/docs/`; every path begins with HTTP_BASE_URL when it is set.',
  ),
  device_not_found: advice(
    'The API key in the request is not the owner of the device in `X-Device-ID`.',
    '`GET /devices` lists the devices of the key.',
  ),
  api_key_not_found: advice(
    'The text of a key was given where its id is wanted.',
    '`GET /admin/api-keys` lists keys with their ids.',
  ),
  access_key_not_found: advice('Another API key made it.', '`GET /access-keys` lists those of your API key.'),
  approval_not_found: advice('It belongs to another device.', '`GET /approvals` lists those of the device.'),
  message_not_found: advice(
    'The id is of a message from before the device was linked, or of another device.',
    '`GET /chats/{chat_jid}/messages` lists what is stored.',
  ),
  poll_not_found: advice(
    'The poll is older than the link of the device.',
    'Send the poll with this device; only then are its votes read.',
  ),
  chat_not_found: advice(
    'Nobody has written in this chat since the device was linked.',
    '`GET /chats` lists the chats that are there.',
  ),
  media_not_found: advice(
    'The id of a message without a file, or a link that was cut off when it was copied.',
    'Take `media.id` or `media.url` from the message as it stands there.',
  ),
  media_deleted: advice(
    'The file is old, and the phone no longer has it.',
    'Fetch files when their message comes in, or keep them with WHATSAPP_AUTO_DOWNLOAD_MEDIA.',
  ),
  label_not_found: advice('The label was deleted on the phone.', '`GET /labels` lists those that are there.'),
  username_not_found: advice('A slip, or the person has changed it.', 'Ask for the name again, or use the number.'),
  username_key_needed: advice(
    'The person has chosen that only those find them who know the key.',
    'Write the four digits behind the name: `@ada.lovelace:1234`.',
  ),
  contact_not_found: advice(
    'The person is known from chats, and not saved.',
    'Save the person first; only saved people are contacts.',
  ),
  call_not_found: advice('The call ended before the device was linked.', 'Take `call_id` from the event `call.offer`.'),
  not_a_business: advice('The number is of the ordinary app.', 'Ask for the profile of a person instead.'),
  order_not_found: advice('The id without the token that belongs to it.', 'Take both from the message with the order.'),
  chatwoot_not_found: advice(
    'The bridge was removed, or is that of another device.',
    'Set it up with `POST /integrations/chatwoot`.',
  ),
  webhook_not_found: advice(
    'The webhook belongs to the API key, and the token of a device asks for it, or the other way round.',
    '`GET /webhooks` with the same credential lists what this credential has.',
  ),
  node_not_found: advice('The node has ended in the meantime.', '`GET /admin/nodes` lists those that are alive.'),
  last_node: advice(
    'Two nodes were drained at once, or there is only one.',
    'Start another node, then drain this one.',
  ),
  delivery_not_found: advice(
    'The filter of the webhook does not take this event.',
    '`GET /webhooks/{webhook_id}/logs` lists what was delivered.',
  ),
  erasure_not_found: advice(
    'The id is that of another customer, or of another device.',
    '`GET /erasures` lists what was erased.',
  ),
  group_not_found: advice(listAgain, '`GET /groups` lists the groups of the account.'),
  invitation_not_found: advice(
    'The whole link was given where the code is wanted.',
    'Send only what stands behind `https://chat.whatsapp.com/`.',
  ),
  code_not_found: advice('The person has reset the code.', 'Ask for the new one.'),
  channel_not_found: advice(
    'The channel was deleted, or the address is that of a group.',
    'Channels end with `@newsletter`; `GET /newsletters` lists those that the account follows.',
  ),
  not_on_whatsapp: advice(
    'A landline, a slip, or a number without its country code.',
    '`GET /devices/me/contacts/{phone}/registered` asks before you send.',
  ),
  method_not_allowed: advice('`POST` where the contract has `PATCH` or `PUT`.', 'Look at the header `Allow`.'),
  device_not_connected: advice(
    'The phone removed the device, or the network to WhatsApp is away.',
    'With `Retry-After`, wait. Without it, do what `details.next_action` says.',
  ),
  device_paused: advice(
    'Somebody paused the device, or its rules did after signs of trouble.',
    'Look at `GET /devices/me/safety`, and resume it when the cause is gone: `POST /devices/me/safety/resume`.',
  ),
  device_not_linked: advice(
    'The device was made, and nobody has scanned its code; or the phone has removed it.',
    'Link it: `POST /devices/me/login`, or the page of the console.',
  ),
  passkey_required: advice(
    'WhatsApp wants the passkey of this account.',
    'Use a pairing link: its page leads through it. The guide on passkeys has the other ways.',
  ),
  passkey_not_pending: advice('The step came too late, or a second time.', 'Log in again and begin from the code.'),
  passkey_refused: advice(
    'A browser offered the passkey of another account.',
    'Log in again, and choose the passkey of the account that scans.',
  ),
  already_member: advice('The person joined by a link in between.', 'Nothing has to be done.'),
  group_changed: advice(
    'Two programs change the same group.',
    'Read the group, and repeat the request if it is still wanted.',
  ),
  group_full: advice(
    'The group has reached the limit of WhatsApp.',
    'Remove somebody, or make a community with a second group.',
  ),
  invitation_gone: advice('An admin has reset the link.', 'Ask for a new link.'),
  settings_changed: advice(
    'The phone or another linked device changes the same at this moment.',
    'Repeat the request.',
  ),
  push_name_missing: advice(
    'The device was linked seconds ago.',
    'Repeat the request after `Retry-After`, or set a name on the phone.',
  ),
  terms_not_accepted: advice(
    'The account has never made a channel.',
    '`POST /newsletters/tos/accept`, once for each account.',
  ),
  idempotency_conflict: advice(
    'The key is the same for every message, for example a constant.',
    'Make the key of what is done once: the number of the order, not the name of the program.',
  ),
  idempotency_in_progress: advice(
    'A time-out in your program was shorter than the request.',
    'Wait a second and repeat with the same key.',
  ),
  outcome_unknown: advice(
    'The gateway was stopped while WhatsApp was working.',
    'Look whether the group or channel is there. If not, repeat with a new key.',
  ),
  quota_exceeded: advice(
    'Devices that are not used any more still count.',
    'Delete those, or let the operator raise `max_devices`.',
  ),
  chatwoot_refused: advice('The token is that of an agent.', 'Copy the access token of an administrator.'),
  chatwoot_unreachable: advice(
    'The address is that of a page of the dashboard, or a private one.',
    'Give the address of the server alone; private ones need SWITCHBOARD_WEBHOOK_ALLOW_PRIVATE.',
  ),
  chatwoot_inbox_taken: advice(
    'The inbox was set up for another device before.',
    'Name another inbox, or remove the other bridge.',
  ),
  chatwoot_paused: advice('Somebody has paused the bridge.', '`PATCH /integrations/chatwoot` resumes it.'),
  name_taken: advice(
    'A bot creates its session at each start.',
    'Ask for the session or instance first, and create it only when it is not there. Its webhooks are changed by a call of their own.',
  ),
  already_linked: advice(
    'A program asks for a code while the account is linked.',
    'Look at the state of the session first: a code is there while it is `SCAN_QR_CODE`.',
  ),
  webhook_limit_reached: advice(
    'A program makes a webhook at each start.',
    'Ask `GET /webhooks` first, and make one only when yours is not there.',
  ),
  access_key_limit_reached: advice(
    'A program makes a key at each start.',
    'Keep the key, and delete those that nobody uses.',
  ),
  webhook_inactive: advice(
    'It failed for five days, or answered 410.',
    'Mend the receiver, then `PATCH /webhooks/{webhook_id}` with `active: true`.',
  ),
  call_over: advice('The caller gave up before the request came.', 'Nothing has to be done.'),
  approval_decided: advice('A second person pressed the button too.', 'Look at `details.state`.'),
  message_not_cancellable: advice(
    'The message has left.',
    'Take it back for everybody: `DELETE /messages/{message_id}`.',
  ),
  message_not_retryable: advice(
    'Its outcome is not known, so that a second try could send it twice.',
    'Look at the chat on the phone. Send a new message if it is not there.',
  ),
  message_not_scheduled: advice('Its time was over before the request came.', 'Look at `GET /messages/{message_id}`.'),
  message_too_old: advice('More than 15 minutes are over.', 'Send a new message.'),
  message_not_suitable: advice(
    'An edit of a file or a poll, or of a message that was taken back.',
    'Read the message of the error: it names the reason.',
  ),
  media_not_ready: advice(
    'The phone is off or has no network.',
    'Switch the phone on, and repeat the request after `Retry-After`.',
  ),
  cursor_ahead: advice(
    'The gateway works with an older backup.',
    'Continue from `details.newest_seq`, and compare what your program has with the chats.',
  ),
  cursor_expired: advice(
    'The reader was off for longer than events are kept.',
    'Continue from `details.oldest_after`, and read the chats for what is missing.',
  ),
  media_link_expired: advice(
    'The link was stored, and opened days later.',
    'Store the id of the message, and ask for a new link when it is needed.',
  ),
  payload_too_large: advice(
    'A file as base64 in JSON.',
    'Send files as multipart, or by their `url`: they have limits of their own.',
  ),
  media_too_large: advice('A film or picture above what WhatsApp takes.', 'Make it smaller, or send it as a document.'),
  unsupported_media_type: advice(
    'No `Content-Type` in the request: curl then says that it is a form.',
    'Add `Content-Type: application/json`.',
  ),
  media_fetch_failed: advice(
    'The address needs a login, or lies in your own network.',
    'Open it without cookies from the machine of the gateway. Send the file itself if it is private.',
  ),
  media_quota_exceeded: advice('Uploads that were never sent.', 'Delete them, or wait until they end.'),
  media_unreadable: advice(
    'The download that made the file was cut off.',
    'Open the file with another program. If it opens, send it as a document.',
  ),
  media_kind_mismatch: advice(
    'The name says JPEG, and the bytes are HEIC or a page of HTML.',
    'Look at `details.mimetype`, and use the endpoint of that kind.',
  ),
  media_conversion_unavailable: advice(
    'The program ffmpeg is not installed, or the image is the slim one.',
    'Install ffmpeg or use the image `full`; or convert the file yourself.',
  ),
  range_not_satisfiable: advice(
    'A download that continues has the whole file already.',
    'Begin at 0, or take the file as it is.',
  ),
  message_refused: advice(
    'The account writes to many people who have not written to it (463), or the file is not what its message says.',
    'Stop writing to strangers for some hours; the event `account.reachout_timelock` says when the restriction ends.',
  ),
  refused_by_whatsapp: advice(
    'A text that is too long, or a person who has left.',
    'Look at `details.whatsapp_code`, and try the same on the phone.',
  ),
  upgrade_required: advice(
    'A browser or curl opened the WebSocket as a page.',
    'Use `GET /events/stream`, or let the proxy hand `Upgrade` on.',
  ),
  whatsapp_rate_limited: advice(
    'A loop that asks WhatsApp for every person or group.',
    'Wait for `Retry-After`, and keep what you asked for.',
  ),
  too_many_pairings: advice(
    'A page asks for a code at each load.',
    'Ask for a code when a person is there to scan it.',
  ),
  rate_limited: advice(
    'The API key has a limit for an hour, or a program repeats without waiting.',
    'Wait for `Retry-After`. The operator can raise `rate_limit_per_hour`.',
  ),
  send_limit_reached: advice(
    'A group is made of more people who do not know the account than may be written to in a day.',
    'Add fewer at once, or those who know the account.',
  ),
  internal: advice(
    'A fault of the gateway.',
    'Look for `request_id` in the log, and report it with the lines around it.',
  ),
  unsupported: advice('A part that is not there yet.', 'Look at the known limits on the page of the status.'),
  whatsapp_error: advice(
    'WhatsApp has trouble of its own.',
    'Repeat after `Retry-After`. If it stays, look whether the phone can do it.',
  ),
  media_flawed: advice('The sender has a broken client.', 'Ask the sender for the file again.'),
  shutting_down: advice('An update or a restart.', 'Repeat the request: clients of this API do so by themselves.'),
  not_ready: advice(
    'The database is away or full, or another gateway has it.',
    '`GET /readyz` says what is missing, `npm run doctor` what to do.',
  ),
  answer_lost: advice('A node ended while it worked for you.', 'Repeat with the same `Idempotency-Key`.'),
  whatsapp_timeout: advice(
    'The network is slow, or the phone has just been linked.',
    'Repeat with the same `Idempotency-Key`, or ask for the state of the message.',
  ),
}
