import type { Generated } from 'kysely'

/** Instants are Unix milliseconds, flags are 0 or 1, JSON is text: the same in both databases. */
type Millis = number
type Flag = 0 | 1

export interface ApiKeyTable {
  id: Generated<number>
  /** SHA-256 of the key; the key itself is shown once and kept nowhere. */
  key_hash: Uint8Array
  /** First characters, so that a person can tell keys apart. */
  key_prefix: string
  /** Its last four characters, for the same reason. */
  key_suffix: string
  customer_name: string
  customer_email: string | null
  customer_phone: string | null
  max_devices: number
  /** 0 means no limit. */
  rate_limit_per_hour: number
  is_active: Flag
  /** Data key of the key's own secrets, wrapped by the master key; null until there is one. */
  data_key_sealed: Generated<Uint8Array | null>
  created_at: Millis
  updated_at: Millis
}

export interface DeviceTable {
  id: string
  api_key_id: number
  name: string
  secret_hash: Uint8Array
  /** Rises with every new token; older tokens stop at once. */
  token_version: number
  status: 'pending' | 'active' | 'disconnected' | 'logged_out'
  /** Session state and reason of the last change, for people: `replaced`, `banned`… */
  state: string
  state_reason: string | null
  /** Since when it has had this state; null in the state that it was created with. */
  state_since: Generated<Millis | null>
  banned_until: Millis | null
  jid: string | null
  lid: string | null
  push_name: string | null
  platform: string | null
  business_name: string | null
  /** Without @; null while none is known. */
  username: string | null
  /** Since when it is linked to the account that it has, or had last; null: it never was, or nobody noted it. */
  linked_at: Generated<Millis | null>
  proxy_url_sealed: Uint8Array | null
  passive: Flag
  force_active_receipts: Flag
  /** Data key of this device, wrapped by the master key. */
  data_key_sealed: Uint8Array
  /** Node that owns the session, and its fencing epoch. */
  owner: string | null
  epoch: number
  /** Last event sequence number given out. */
  event_seq: number
  /** Up to this number events were deleted because of their age; a few that webhooks still need may be there. */
  events_pruned_to: Generated<number>
  /** PostgreSQL alone: the day of its newest event, and the first event of that day. */
  event_day?: Generated<number>
  event_day_first?: Generated<number>
  created_at: Millis
  updated_at: Millis
  last_active_at: Millis | null
}

/** A gateway that works with this database together with others. All instants are of the database's clock. */
export interface NodeTable {
  /** Another one with each start. */
  id: string
  /** Where the other nodes reach it: an origin. */
  url: string
  version: string
  /** The newest migration that it knows. */
  schema_version: number
  /** `draining`: it gives its devices away and takes none. */
  state: 'active' | 'draining'
  started_at: Millis
  heartbeat_at: Millis
  /** From then on it owns nothing. */
  expires_at: Millis
}

/** Something that one node does for all: the one that is named, while it is alive. */
export interface LeaseTable {
  name: string
  node: string
  /** Rises each time that it is taken. */
  epoch: number
}

export interface CredentialTable {
  device_id: string
  kind: string
  key: string
  /** Sealed with the device's data key; AAD = device|kind|key. */
  value: Uint8Array
}

/** A key that seals what people wrote on a device, see `sealing/content-keys.ts`. */
export interface ContentKeyTable {
  device_id: string
  /** Hex: what the values that it sealed carry of it. */
  id: string
  /** Sealed with the device's data key; null: it was destroyed, and with it what it sealed. */
  key_sealed: Uint8Array | null
  created_at: Millis
  destroyed_at: Millis | null
}

/** How far what was stored before is sealed, or opened again: see `content/reseal.ts`. */
export interface ContentPassTable {
  /** Of a table. */
  name: string
  seals: Flag
  /** JSON: key of the last row that was looked at. */
  place: string | null
  changed: number
  changed_now: number
  done: Flag
  updated_at: Millis
}

export interface LidMappingTable {
  device_id: string
  lid: string
  jid: string
}

/** The address that WhatsApp gave for a number. The same one twice: the number is the address. */
export interface NumberAliasTable {
  device_id: string
  /** As an address: `5511988887777@s.whatsapp.net`. */
  number: string
  jid: string
  learned_at: Millis
}

export interface EventTable {
  /** `evt_…`, stable over retries and endpoints. */
  id: string
  device_id: string
  /** Gapless per device, from 1. */
  seq: number
  type: string
  /** JSON of the contract's `data`. */
  payload: string
  /** It happened while the device was away. */
  backfill: Flag
  created_at: Millis
  /** PostgreSQL alone, which has a partition for each day: days since 1970, never before the one in front of it in the log of the device. */
  day?: number
}

/** PostgreSQL alone: the first event of a device on each of its days. */
export interface EventDayTable {
  device_id: string
  first_seq: number
  day: number
}

/** The event log of all devices of an API key, from the first time that it was asked for. */
export interface KeyLogTable {
  api_key_id: number
  /** Last position given out. */
  last: number
  /** Up to this position events were deleted because of their age. */
  pruned_to: number
}

/** Events of a device that have positions in a row in the log of its API key. */
export interface KeyLogRunTable {
  api_key_id: number
  first_position: number
  device_id: string
  first_seq: number
  last_seq: number
  /** None of them is of a day before it; 0 when that is not known. */
  day: Generated<number>
}

/** How far the events of a device have positions in the log of its API key. */
export interface KeyLogDeviceTable {
  device_id: string
  numbered_to: number
}

export interface MessageTable {
  device_id: string
  /** Phone-number form when known, else LID; groups as they are. */
  chat: string
  id: string
  sender: string
  from_me: Flag
  type: string
  text: string | null
  quoted_id: string | null
  push_name: string | null
  /** The WhatsApp protobuf. */
  body: Uint8Array | null
  /** Outgoing: scheduled, queued, sending, sent, delivered, read, played, failed, cancelled, expired, unknown. Incoming: received. */
  state: string
  state_reason: string | null
  source: 'live' | 'offline' | 'history' | 'sent'
  /** Shown by itself. What only changes or marks something else is kept, and is in no list. */
  listed: Flag
  /** The message that this one is about. */
  target_id: string | null
  edited_at: Millis | null
  /** Taken back for everybody, or taken away from the own devices alone: its text and bytes are gone. */
  deleted_at: Millis | null
  /** Empty: it is gone for the own account alone, and is shown no more. */
  deleted_by: string | null
  /** What the gateway did about it, see `message-steps.ts`. */
  steps: string | null
  /** WhatsApp's time of the message. */
  sent_at: Millis
  created_at: Millis
  updated_at: Millis
}

/** Where the file of a message is. */
export interface MessageMediaTable {
  /** `med_…`: names the file in links, and stays when the chat is filed under another address. */
  id: string
  device_id: string
  chat: string
  message_id: string
  /** `remote`: at WhatsApp. `stored`: here. `expired`: the link has ended, and the phone has not answered yet. `failed`: it cannot be had, `reason` says why. */
  state: 'remote' | 'stored' | 'expired' | 'failed'
  reason: string | null
  /** Where it is at WhatsApp since the phone stored it again; null: where its message says. */
  path: string | null
  /** Hex. What {@link KeptFileTable} has under this name; null while it is not stored. */
  sha256: string | null
  size: number | null
  /** When the phone was asked for it last. */
  asked_at: Millis | null
  /** It is to be fetched without anybody asking for it, not before then. */
  due_at: Millis | null
  /** How often that failed. */
  attempts: number
  stored_at: Millis | null
  created_at: Millis
  updated_at: Millis
}

/** A file that is kept here, once for each API key, whatever messages have it. */
export interface KeptFileTable {
  api_key_id: number
  /** Hex. */
  sha256: string
  size: number
  created_at: Millis
}

/** What a device wants to be fetched without being asked for. No row: what the server is set to. */
export interface MediaPolicyTable {
  device_id: string
  mode: 'on_demand' | 'auto'
  /** JSON: types of message. */
  types: string
  max_bytes: number
  updated_at: Millis
}

/** The newest that somebody said about a message. */
export interface MessageMarkTable {
  device_id: string
  chat: string
  /** The message that it is about. */
  message_id: string
  /** `sealed`: a message about it waits until it comes, because only its secret opens that one. */
  kind: 'reaction' | 'edit' | 'revoke' | 'pin' | 'keep' | 'star' | 'vote' | 'event_response' | 'sealed'
  /** Phone-number form when it was known at the time, else LID; empty for what a message has only once. Of `sealed` the id of the message that waits. */
  sender: string
  /** Id of the message that said it. */
  id: string
  /** Emoji (empty: taken back), new text, or JSON. Of a vote the hashes of what it chooses (JSON), empty while it waits for its poll. */
  value: string
  /** WhatsApp's time, Unix ms. */
  at: Millis
}

/** A chat as a list of chats shows it. */
export interface ChatTable {
  device_id: string
  /** Phone-number form when known, else LID; groups as they are. */
  jid: string
  /** The name that the account gave it, if known. */
  name: string | null
  /** Newest message that a person sees there; null when there is none. */
  last_message_id: string | null
  /** WhatsApp's time of it, 0 when there is none. */
  last_message_at: Generated<Millis>
  /** Incoming messages that were not read. */
  unread: Generated<number>
  /** Marked as unread by hand. */
  marked_unread: Generated<Flag>
  /** How long messages stay there, seconds; 0 without limit, null when nothing is known. */
  expiry_seconds: number | null
  /** WhatsApp's time of that setting: an older one does not replace it. */
  expiry_set_at: Millis | null
  archived: Generated<Flag>
  /** Since when it is pinned; null when it is not. */
  pinned_at: Millis | null
  /** Muted until then, -1 without end, null when it is not muted. */
  muted_until: Millis | null
  created_at: Millis
  updated_at: Millis
}

/** How far a message came with one person. */
/** What a person is called. Null: not known, or taken away. */
export interface ContactTable {
  device_id: string
  jid: string
  /** What the person chose. */
  push_name: string | null
  /** What the owner of the account saved. */
  full_name: string | null
  first_name: string | null
  /** What WhatsApp confirmed. */
  business_name: string | null
  /** Without @. */
  username: string | null
  updated_at: number
}

/** A label of the account. Deleted ones stay, so that nothing gets their ids. */
export interface LabelTable {
  device_id: string
  id: string
  name: string
  color: number
  deleted: Flag
  updated_at: Millis
}

export interface LabeledChatTable {
  device_id: string
  label_id: string
  /** Phone-number form when known, else LID; groups as they are. */
  chat: string
}

export interface LabeledMessageTable extends LabeledChatTable {
  message_id: string
}

/** A setting that all devices of the account share. */
export interface AccountSettingTable {
  device_id: string
  name: 'unarchive_chats'
  value: string
}

export interface PresenceSubscriptionTable {
  device_id: string
  jid: string
  created_at: number
}

/** A stanza that was taken, for as long as WhatsApp may deliver it again. */
export interface TakenStanzaTable {
  device_id: string
  id: string
  taken_at: number
}

export interface MessageReceiptTable {
  device_id: string
  chat: string
  message_id: string
  /** Phone-number form when it was known at the time, else LID; the own account when another of its devices read. */
  person: string
  delivered_at: Millis | null
  read_at: Millis | null
  played_at: Millis | null
}

/** A send that was accepted and has not ended. Rows leave when the message reached a final state. */
export interface SendIntentTable {
  device_id: string
  message_id: string
  chat: string
  body: Uint8Array
  /** `scheduled`: it is queued at `not_before`, and nobody looks at it before. */
  state: 'scheduled' | 'queued' | 'prepared'
  /** JSON of pacing overrides. */
  options: string
  not_before: Millis
  created_at: Millis
  prepared_at: Millis | null
  /** The file that must be uploaded before; null when the body is complete. */
  media_id: string | null
  /** 1: it keeps to all limits of the device. 2: it waits while the device is paused, and for nothing else. 0: for nothing. */
  limited: 0 | 1 | 2
  /** Why it is `scheduled`, or was: nobody asked for a later time. */
  held_by: HoldReason | null
  /** When it was queued after it had been held. */
  released_at: Millis | null
  /** The day on which it counts: `2026-03-29`. */
  counted_on: string | null
}

/** Why a send waits although nobody asked for that. */
export type HoldReason = 'quiet_hours' | 'daily_limit' | 'warm_up' | 'new_contacts' | 'restricted' | 'paused'

/** When a device may send, and how much in a day. */
export interface SendLimitTable {
  device_id: string
  /** `22:00`, by the clock of `quiet_zone`; null: it has no quiet hours. */
  quiet_from: string | null
  quiet_to: string | null
  quiet_zone: string | null
  /** null: as many as it likes. */
  daily_messages: number | null
  daily_zone: string | null
  /** The zone of the day where there is no daily limit; null: UTC. */
  day_zone: string | null
  /** JSON: the name of a curve, or a list with the ceiling of each day. */
  warm_up: string | null
  /** So many people may be written to first in a day; null: as many as it likes. */
  new_contacts: number | null
  /** Bounds of the pause between messages to different chats. */
  gap_min_ms: number | null
  gap_max_ms: number | null
  /** What goes to new people waits while WhatsApp does not let the account write to them. */
  waits_restricted: Generated<Flag>
  /** JSON: when the device is paused by itself. */
  auto_pause: string | null
}

/** What WhatsApp does not let an account do. */
export interface RestrictionTable {
  device_id: string
  kind: 'reachout_timelock' | 'new_chat_limit' | 'temporary_ban'
  since: Millis
  /** When it ends; null: WhatsApp does not say. */
  until: Millis | null
  /** How it was noticed: WhatsApp said so, a message was refused, a login was refused. */
  source: 'notification' | 'refused_send' | 'login'
  /** WhatsApp's word or number for the reason. */
  detail: string | null
  /** When it was lifted, or another one took its place. */
  ended_at: Millis | null
}

/** What happened to the sends of a device in a day of UTC. */
export interface SafetyCountTable {
  device_id: string
  /** Days since 1970. */
  day: number
  sent: number
  /** Of `sent`, those to one person; and how many of them came to a phone. */
  to_people: number
  delivered: number
  /** Refused by WhatsApp: because the account may not write to new people, because it asks too often, for other reasons. */
  refused_new: number
  throttled: number
  refused: number
  /** To numbers without an account. */
  not_on_whatsapp: number
  new_contacts: number
  answered: number
  group_adds: number
  /** How many people got the same text, at most. */
  same_text: number
}

/** How the device was judged last. */
export interface DeviceSafetyTable {
  device_id: string
  level: 'ok' | 'watch' | 'danger'
  score: number
  changed_at: Millis
}

/** That nothing of a device leaves. */
export interface DevicePauseTable {
  device_id: string
  since: Millis
  /** When it ends by itself; null: when somebody says so. */
  until: Millis | null
  reason: string
}

/** Somebody to whom the device wrote before they had written to it. */
export interface NewContactTable {
  device_id: string
  jid: string
  first_at: Millis
  /** When they first wrote back, as far as that was noticed. */
  answered_at: Millis | null
}

/** How many messages left on a day, of a device with a limit of a day. */
export interface SentCountTable {
  device_id: string
  /** `2026-03-29`, in the zone of the device's day. */
  day: string
  sent: number
  /** How many people were written to first. */
  new_contacts: Generated<number>
  updated_at: Millis
}

/** A file that is kept to be sent. Its bytes are in the folder of outgoing files, under its id. */
export interface MediaFileTable {
  device_id: string
  id: string
  /** The uploaded file from which it was made. */
  source_id: string | null
  /** What it was made for; `original` for a file as it was uploaded. */
  form: string
  /** JSON of what it is. */
  facts: string
  bytes: Millis
  /** JSON of where it is at WhatsApp, once it is there. */
  uploaded: string | null
  created_at: Millis
  /** Until then it is kept although no send waits for it. */
  expires_at: Millis
}

export interface IdempotencyTable {
  device_id: string
  key: string
  request_hash: Uint8Array
  message_id: string | null
  /** 0 while the first request runs. */
  status: number
  response: string | null
  created_at: Millis
}

/** An act that must not happen twice, from before it leaves. */
export interface ActTable {
  device_id: string
  /** Its Idempotency-Key. */
  key: string
  operation: string
  state: 'begun' | 'done'
  /** JSON: what it had made already. */
  note: string | null
  begun_at: Millis
}

export interface WebhookTable {
  id: Generated<number>
  /** The id of its device, or `key:<id>` of the API key: it gets the events of all devices of the key. */
  scope: string
  /** One of the two is null. */
  device_id: string | null
  api_key_id: number | null
  url: string
  secret_sealed: Uint8Array
  previous_secret_sealed: Uint8Array | null
  previous_secret_until: Millis | null
  /** Names of events, each between commas: `,message.read,message.played,`. Empty: all. */
  filter: Generated<string>
  active: Flag
  /** It is active and deliveries are switched on: what happens now is for it. Its devices have open spans, or will get them. */
  open: Generated<Flag>
  /** Rises with each change of `filter` and `open`. */
  version: Generated<number>
  disabled_reason: string | null
  /** Since when every attempt has failed. */
  failing_since: Millis | null
  /** The form in which it gets events; null: our own. */
  format: Generated<string | null>
  /** JSON: what that form needs to know. */
  format_sealed: Generated<Uint8Array | null>
  created_at: Millis
  updated_at: Millis
}

/** Events of a device that a webhook still has to get: those from `next_seq` to `to_seq` that the filter wants. Spans may overlap; an event is sent once for
 *  all of those that have it. */
export interface DeliverySpanTable {
  webhook_id: number
  device_id: string
  /** 0: what happens, in its order, and what is left of it. Otherwise a number of its own: events that somebody asked for again. */
  origin: number
  /** {@link noEnd} for the open one. */
  to_seq: number
  next_seq: number
  /** As that of a webhook; `=` is its present one, `*` wants everything. */
  filter: string
}

/** A delivery that differs from those that wait for their turn, and from those that are done. */
export interface DeliveryStateTable {
  webhook_id: number
  device_id: string
  seq: number
  /** `retry`: it failed, or is to be sent again. `dead`: a dead letter. `ahead`: it was delivered before others that are in front of it. */
  state: 'retry' | 'dead' | 'ahead'
  attempts: number
  next_attempt_at: Millis
  /** Why it is a dead letter, when that was no attempt. */
  error: string | null
  /** JSON: every attempt, oldest first. */
  history: string
  updated_at: Millis
}

/** Deliveries of one device to one webhook that succeeded, some dozens in a row. */
export interface DeliveryLogTable {
  webhook_id: number
  /** Where the newest of them stands in the log of the webhook: its `seq` where the webhook is that of a device, else the instant of its event. */
  place: number
  device_id: string
  number: number
  first_seq: number
  last_seq: number
  /** When the last one was delivered. */
  at: Millis
  count: number
  /** JSON. */
  entries: string
}

/** The same of all webhooks, for a few minutes: one row for what was delivered in about a second. */
export interface DeliveryJournalTable {
  number: number
  /** Who wrote it; blank for a gateway that is alone. */
  node: Generated<string>
  /** JSON. */
  entries: string
}

/** Work that was acknowledged to WhatsApp and must still be finished here (history blobs…). */
export interface DeferredWorkTable {
  device_id: string
  id: string
  kind: string
  payload: Uint8Array
  created_at: Millis
}

/** A credential with less power than its API key, or a device of it, has. */
export interface AccessKeyTable {
  /** `ak_…` */
  id: string
  api_key_id: number
  /** The only device that it is for; null: all of the API key, and the key itself. */
  device_id: string | null
  label: string
  /** SHA-256 of the secret; the secret itself is shown once and kept nowhere. */
  secret_hash: Uint8Array
  /** Its last four characters, so that a person can tell keys apart. */
  secret_suffix: string
  /** JSON: what it may do. */
  scopes: string
  /** JSON: from where it may come, as `address/bits`; empty: from anywhere. */
  networks: string
  expires_at: Millis | null
  /** To the nearest ten minutes. */
  last_used_at: Generated<Millis | null>
  created_at: Millis
  updated_at: Millis
}

/** Somebody who is signed in to the console. */
export interface ConsoleSessionTable {
  /** SHA-256 of its cookie, hex; the cookie itself is kept nowhere. */
  id: string
  /** Kind of the credential, as a grant has it. */
  kind: 'admin' | 'api_key' | 'device' | 'access_key'
  /** What the credential was when it was used: the session ends when it is another one. */
  proof: string
  api_key_id: number | null
  device_id: string | null
  access_key_id: string | null
  created_at: Millis
  ends_at: Millis
}

/** A page on which somebody without a credential links one device. */
export interface PairingLinkTable {
  /** SHA-256 of its secret; the secret itself is kept nowhere. */
  token_hash: Uint8Array
  device_id: string
  created_at: Millis
  expires_at: Millis
  /** When the device was linked by it. */
  used_at: Millis | null
}

/** What a credential may send by itself. No row: everything. */
export interface SendPolicyTable {
  /** `device:<id>`: the token of the device. `key:<id>`: an API key. */
  holder: string
  api_key_id: number
  device_id: string | null
  mode: 'allow_list' | 'approve'
  /** JSON: numbers and addresses. Null: anybody. */
  recipients: string | null
  client_may_approve: Flag
  /** For how long what it proposes waits. */
  expiry_seconds: number
  updated_at: Millis
}

/** A message that leaves when a person has agreed. */
export interface ProposalTable {
  /** `apr_…` */
  id: string
  device_id: string
  /** Chosen with the proposal, so that it is sent once, whatever happens. */
  message_id: string
  /** The credential that proposed it, as a send policy names it. */
  holder: string
  chat: string
  /** The WhatsApp protobuf, as it is to be sent; null once it was rejected or has expired. */
  body: Uint8Array | null
  /** As of a send intent. */
  options: string
  media_id: string | null
  state: 'pending' | 'approved' | 'rejected' | 'expired'
  /** As the audit names actors. */
  decided_by: string | null
  decided_at: Millis | null
  created_at: Millis
  expires_at: Millis
}

export interface AuditTable {
  id: Generated<number>
  /** `admin`, `key:<id>`, `device:<id>`, `access_key:<id>`, `system`. */
  actor: string
  action: string
  target: string
  at: Millis
  /** The API key that it concerns; null: none, or one that nobody knew. */
  api_key_id: Generated<number | null>
  /** What it was changed to, or why. */
  detail: Generated<string | null>
  /** From where it was asked for; null where nobody asked. */
  address: Generated<string | null>
}

/** For how many days something is kept for an API key. Null: as the server does for all; 0: without end. */
export interface RetentionTable {
  api_key_id: number
  message_days: number | null
  media_days: number | null
  event_days: number | null
  delivery_days: number | null
  audit_days: number | null
  updated_at: Millis
}

/** Something that was erased, or is to be. It refers to nothing, because it outlives it. */
export interface ErasureTable {
  /** `ers_…`, which sort by time. */
  id: string
  kind: 'contact' | 'chat' | 'device' | 'tenant'
  api_key_id: number
  /** Null for a tenant. */
  device_id: string | null
  /** Of the request that it is part of: the first of its erasures. */
  request_id: string
  /** `cleaning`: its rows are gone, and it is taken out of the files. */
  state: 'queued' | 'running' | 'cleaning' | 'done'
  /** JSON of the addresses, sealed with the data key of the device; null once they are gone. */
  subject: Uint8Array | null
  /** Keyed hash of the address that was named, hex. */
  subject_hash: string | null
  /** Those of its other addresses, with blanks between them. */
  other_hashes: string | null
  /** As the audit names actors. */
  asked_by: string
  /** JSON: how much was removed, by what it was. */
  counts: string
  /** JSON: what was done to the files. */
  proof: string | null
  /** Why it does not get further just now. */
  error: string | null
  created_at: Millis
  updated_at: Millis
  completed_at: Millis | null
}

/** The last transaction of each writing connection: see PostgresWriter. */
export interface CommitMarkTable {
  writer: string
  number: number
  at: Millis
}

/** A channel of which live counts are wanted. */
export interface ChannelWatchTable {
  device_id: string
  channel: string
  created_at: Millis
}

/** The people who got a status post. */
export interface StatusAudienceTable {
  device_id: string
  message_id: string
  /** JSON: bare addresses. */
  people: string
  created_at: Millis
}

/** Calls that came in. */
export interface IncomingCallTable {
  device_id: string
  id: string
  /** Who calls: the number when it was known, else the LID. */
  creator: string
  /** The device that calls, in the words of its offer. */
  creator_device: string
  group_jid: string | null
  /** Null where it was not said. */
  video: number | null
  is_group: number
  /** `noticed`: it does not ring here. `to_reject`: the device is about to refuse it by itself. */
  state: 'ringing' | 'noticed' | 'to_reject' | 'accepted' | 'rejected' | 'missed' | 'ended'
  offered_at: Millis
}

/** What a device does about calls by itself. */
export interface CallSettingTable {
  device_id: string
  auto_reject: number
  reject_text: string | null
}

/** When a device answered in a chat by itself last. */
export interface AutoReplyTable {
  device_id: string
  chat: string
  at: Millis
}

/** A text that a device is to send by itself, until it is handed over to the outbox. */
export interface DueSendTable {
  device_id: string
  /** Chosen before, so that it is never sent twice. */
  message_id: string
  chat: string
  text: string
  created_at: Millis
}

/** The bridge of a device to an inbox of Chatwoot. */
export interface ChatwootBridgeTable {
  device_id: string
  /** Of the Chatwoot server, without a slash at the end. */
  url: string
  account_id: number
  inbox_id: number
  inbox_name: string
  token_sealed: Uint8Array
  /** SHA-256 of the secret part of the address that Chatwoot calls. */
  hook_hash: Uint8Array
  options: string
  /** Why nothing is carried over to Chatwoot; null while it is. */
  paused: string | null
  /** Up to here the log of the device has been carried over. */
  position: number
  to_chatwoot: Generated<number>
  to_whatsapp: Generated<number>
  failed: Generated<number>
  last_error: string | null
  last_error_at: Millis | null
  created_at: Millis
  updated_at: Millis
}

/** A chat of WhatsApp as Chatwoot knows it. */
export interface ChatwootChatTable {
  device_id: string
  /** The number when it is known, else the LID; or a group. */
  jid: string
  lid: string | null
  /** As it was given to the contact. */
  name: string | null
  contact_id: number
  /** Under which Chatwoot knows the contact in the inbox. */
  source_id: string | null
  conversation_id: number | null
  updated_at: Millis
}

/** A message that is on both sides, or is on its way to Chatwoot. */
export interface ChatwootLinkTable {
  device_id: string
  message_id: string
  /** Ids are unique within a chat only. Blank as long as a message of an agent has not left. */
  chat: string
  from_me: number
  /** Null while it is posted. */
  chatwoot_id: number | null
  /** One message of an agent with several files is several messages of WhatsApp. */
  part: Generated<number>
  conversation_id: number | null
  state: 'posting' | 'linked' | 'deleted'
  /** What Chatwoot shows: 1 sent, 2 delivered, 3 read, 4 failed. */
  tick: Generated<number>
  /** When it was posted, in case nobody knows how that ended; 0 when it has ended. */
  posted_at: Millis
}

/** What an agent did in Chatwoot. It stays when it is done, so that a repetition is known. */
export interface ChatwootSendTable {
  device_id: string
  chatwoot_id: number
  kind: 'message' | 'delete'
  conversation_id: number
  payload: string
  /** `failing`: Chatwoot is still to be told that it failed. */
  state: 'waiting' | 'failing' | 'done'
  reason: string | null
  attempts: Generated<number>
  due_at: Millis
  created_at: Millis
}

/** Something that every node has in memory has changed. On PostgreSQL alone, written by triggers. */
export interface ChangeTable {
  id: Generated<number>
  /** Name of the table. */
  kind: string
  target: string
  /** By the clock of the database. */
  at: Generated<Millis>
}

/** A ticket for a live stream that any node takes. On PostgreSQL alone. */
export interface TicketTable {
  /** SHA-256, hex; the ticket itself is kept nowhere. */
  hash: string
  scope: string
  /** JSON: who is let in by it, and for what. */
  content: string
  /** By the clock of the database. */
  ends_at: Millis
}

/** What all nodes together have used of a limit. On PostgreSQL alone. */
export interface RequestWindowTable {
  name: string
  used: number
  /** By the clock of the database. */
  ends_at: Millis
}

export interface Schema {
  api_key: ApiKeyTable
  device: DeviceTable
  node: NodeTable
  lease: LeaseTable
  change: ChangeTable
  ticket: TicketTable
  request_window: RequestWindowTable
  credential: CredentialTable
  content_key: ContentKeyTable
  content_pass: ContentPassTable
  lid_mapping: LidMappingTable
  number_alias: NumberAliasTable
  event: EventTable
  event_day: EventDayTable
  key_log: KeyLogTable
  key_log_run: KeyLogRunTable
  key_log_device: KeyLogDeviceTable
  message: MessageTable
  message_mark: MessageMarkTable
  incoming_call: IncomingCallTable
  call_setting: CallSettingTable
  auto_reply: AutoReplyTable
  due_send: DueSendTable
  chatwoot_bridge: ChatwootBridgeTable
  chatwoot_chat: ChatwootChatTable
  chatwoot_link: ChatwootLinkTable
  chatwoot_send: ChatwootSendTable
  chat: ChatTable
  message_receipt: MessageReceiptTable
  taken_stanza: TakenStanzaTable
  status_audience: StatusAudienceTable
  channel_watch: ChannelWatchTable
  contact: ContactTable
  label: LabelTable
  labeled_chat: LabeledChatTable
  labeled_message: LabeledMessageTable
  account_setting: AccountSettingTable
  presence_subscription: PresenceSubscriptionTable
  send_intent: SendIntentTable
  send_limit: SendLimitTable
  sent_count: SentCountTable
  device_pause: DevicePauseTable
  restriction: RestrictionTable
  safety_count: SafetyCountTable
  device_safety: DeviceSafetyTable
  new_contact: NewContactTable
  message_media: MessageMediaTable
  kept_file: KeptFileTable
  media_policy: MediaPolicyTable
  media_file: MediaFileTable
  idempotency: IdempotencyTable
  act: ActTable
  webhook: WebhookTable
  delivery_span: DeliverySpanTable
  delivery_state: DeliveryStateTable
  delivery_log: DeliveryLogTable
  delivery_journal: DeliveryJournalTable
  deferred_work: DeferredWorkTable
  access_key: AccessKeyTable
  console_session: ConsoleSessionTable
  pairing_link: PairingLinkTable
  send_policy: SendPolicyTable
  proposal: ProposalTable
  audit: AuditTable
  erasure: ErasureTable
  retention: RetentionTable
  commit_mark: CommitMarkTable
}
