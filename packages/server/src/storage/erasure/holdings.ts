/** What is held in a table, column by column, and how a person or a chat is found in it. */
export interface Holding {
  /** Owner of the rows: `device_id`, `api_key_id` or `webhook_id` names it. `server`: they have none. */
  readonly of: 'device' | 'tenant' | 'webhook' | 'server'
  /** Addresses of chats: people, groups, channels. */
  readonly chat?: readonly string[]
  /** Addresses of people. */
  readonly person?: readonly string[]
  /** Ids of messages, of the chat in `chat` where there is one. */
  readonly message?: readonly string[]
  /** Words, names, answers, protobufs: they may name anybody. */
  readonly words?: readonly string[]
  /** Names nobody: numbers, instants, states, ids of ours, settings. */
  readonly plain?: readonly string[]
  /** What goes with a person or a chat. `rows`: those that name it by address or by message. `words`: also those with words about it. `own`: it has a step of
   *  its own. `stays`: nothing. */
  readonly how: 'rows' | 'words' | 'own' | 'stays'
  /** Of what stays, why. */
  readonly why?: string
}

const nobody = (plain: readonly string[], why: string, of: Holding['of'] = 'server'): Holding => ({
  ...{ of, plain, why, how: 'stays' },
})

const settings = 'settings of the device: they name nobody'
const operation = 'keeps gateways running: it names nobody'

/** Every table. A test walks the schemas of both databases and fails for a table or a column that is missing here. A device takes all of `device` along, an API
 *  key all of `tenant` too, and both what `webhook` has of theirs. */
export const holdings: Readonly<Record<string, Holding>> = {
  api_key: {
    ...{ of: 'tenant', how: 'stays', why: 'the customer: it goes with the tenant' },
    words: ['customer_name', 'customer_email', 'customer_phone'],
    plain: [
      ...['id', 'key_hash', 'key_prefix', 'key_suffix', 'max_devices', 'rate_limit_per_hour', 'is_active'],
      ...['data_key_sealed', 'created_at', 'updated_at'],
    ],
  },
  device: {
    ...{ of: 'device', how: 'stays', why: 'the own account: it goes with the device' },
    person: ['jid', 'lid'],
    words: ['name', 'push_name', 'business_name', 'username', 'state_reason'],
    plain: [
      ...['id', 'api_key_id', 'secret_hash', 'token_version', 'status', 'state', 'state_since', 'banned_until'],
      ...['platform', 'proxy_url_sealed', 'passive', 'force_active_receipts', 'data_key_sealed', 'owner', 'epoch'],
      ...['event_seq', 'events_pruned_to', 'event_day', 'event_day_first', 'created_at', 'updated_at'],
      ...['last_active_at', 'linked_at'],
    ],
  },
  credential: {
    ...{ of: 'device', how: 'own' },
    person: ['key'],
    plain: ['device_id', 'kind', 'value'],
  },
  content_key: nobody(
    ['device_id', 'id', 'key_sealed', 'created_at', 'destroyed_at'],
    'keys of the device: they name nobody',
    'device',
  ),
  content_pass: nobody(
    ['name', 'seals', 'place', 'changed', 'changed_now', 'done', 'updated_at'],
    'how far sealing came: the row where it is, until it is done',
  ),
  lid_mapping: { of: 'device', how: 'rows', person: ['lid', 'jid'], plain: ['device_id'] },
  number_alias: { of: 'device', how: 'rows', person: ['number', 'jid'], plain: ['device_id', 'learned_at'] },
  contact: {
    ...{ of: 'device', how: 'rows' },
    person: ['jid'],
    words: ['push_name', 'full_name', 'first_name', 'business_name', 'username'],
    plain: ['device_id', 'updated_at'],
  },
  event: {
    ...{ of: 'device', how: 'own' },
    words: ['payload'],
    plain: ['id', 'device_id', 'seq', 'type', 'backfill', 'created_at', 'day'],
  },
  event_day: nobody(['device_id', 'first_seq', 'day'], 'places in the log: they name nobody', 'device'),
  key_log: nobody(['api_key_id', 'last', 'pruned_to'], 'places in the log: they name nobody', 'tenant'),
  key_log_run: nobody(
    ['api_key_id', 'first_position', 'device_id', 'first_seq', 'last_seq', 'day'],
    'places in the log: they name nobody',
    'device',
  ),
  key_log_device: nobody(['device_id', 'numbered_to'], 'places in the log: they name nobody', 'device'),
  message: {
    ...{ of: 'device', how: 'own' },
    chat: ['chat'],
    person: ['sender', 'deleted_by'],
    message: ['id'],
    words: ['text', 'push_name', 'body', 'state_reason', 'steps'],
    plain: [
      ...['device_id', 'from_me', 'type', 'quoted_id', 'state', 'source', 'listed', 'target_id', 'edited_at'],
      ...['deleted_at', 'sent_at', 'created_at', 'updated_at'],
    ],
  },
  message_mark: {
    ...{ of: 'device', how: 'words' },
    chat: ['chat'],
    person: ['sender'],
    message: ['message_id', 'id'],
    words: ['value'],
    plain: ['device_id', 'kind', 'at'],
  },
  message_receipt: {
    ...{ of: 'device', how: 'rows' },
    chat: ['chat'],
    person: ['person'],
    message: ['message_id'],
    plain: ['device_id', 'delivered_at', 'read_at', 'played_at'],
  },
  message_media: {
    ...{ of: 'device', how: 'rows' },
    chat: ['chat'],
    message: ['message_id'],
    plain: [
      ...['id', 'device_id', 'state', 'reason', 'path', 'sha256', 'size', 'asked_at', 'due_at', 'attempts'],
      ...['stored_at', 'created_at', 'updated_at'],
    ],
  },
  kept_file: {
    ...{ of: 'tenant', how: 'own' },
    plain: ['api_key_id', 'sha256', 'size', 'created_at'],
  },
  media_file: {
    ...{ of: 'device', how: 'own' },
    words: ['facts', 'uploaded'],
    plain: ['device_id', 'id', 'source_id', 'form', 'bytes', 'created_at', 'expires_at'],
  },
  media_policy: nobody(['device_id', 'mode', 'types', 'max_bytes', 'updated_at'], settings, 'device'),
  chat: {
    ...{ of: 'device', how: 'rows' },
    chat: ['jid'],
    words: ['name'],
    plain: [
      ...['device_id', 'last_message_id', 'last_message_at', 'unread', 'marked_unread', 'expiry_seconds'],
      ...['expiry_set_at', 'archived', 'pinned_at', 'muted_until', 'created_at', 'updated_at'],
    ],
  },
  taken_stanza: nobody(
    ['device_id', 'id', 'taken_at'],
    'ids of what WhatsApp may deliver again: without them an erased message could come back',
    'device',
  ),
  status_audience: {
    ...{ of: 'device', how: 'own' },
    message: ['message_id'],
    words: ['people'],
    plain: ['device_id', 'created_at'],
  },
  channel_watch: { of: 'device', how: 'rows', chat: ['channel'], plain: ['device_id', 'created_at'] },
  label: {
    ...{ of: 'device', how: 'stays', why: 'labels of the account: they name no person' },
    words: ['name'],
    plain: ['device_id', 'id', 'color', 'deleted', 'updated_at'],
  },
  labeled_chat: { of: 'device', how: 'rows', chat: ['chat'], plain: ['device_id', 'label_id'] },
  labeled_message: {
    ...{ of: 'device', how: 'rows' },
    chat: ['chat'],
    message: ['message_id'],
    plain: ['device_id', 'label_id'],
  },
  account_setting: nobody(['device_id', 'name', 'value'], settings, 'device'),
  presence_subscription: { of: 'device', how: 'rows', person: ['jid'], plain: ['device_id', 'created_at'] },
  incoming_call: {
    ...{ of: 'device', how: 'rows' },
    chat: ['group_jid'],
    person: ['creator'],
    words: ['creator_device'],
    plain: ['device_id', 'id', 'video', 'is_group', 'state', 'offered_at'],
  },
  call_setting: {
    ...{ of: 'device', how: 'stays', why: settings },
    words: ['reject_text'],
    plain: ['device_id', 'auto_reject'],
  },
  auto_reply: { of: 'device', how: 'rows', chat: ['chat'], plain: ['device_id', 'at'] },
  due_send: {
    ...{ of: 'device', how: 'rows' },
    chat: ['chat'],
    message: ['message_id'],
    words: ['text'],
    plain: ['device_id', 'created_at'],
  },
  send_intent: {
    ...{ of: 'device', how: 'rows' },
    chat: ['chat'],
    message: ['message_id'],
    words: ['body', 'options'],
    plain: [
      ...['device_id', 'state', 'not_before', 'created_at', 'prepared_at', 'media_id', 'limited', 'held_by'],
      ...['released_at', 'counted_on'],
    ],
  },
  send_limit: nobody(
    [
      ...['device_id', 'quiet_from', 'quiet_to', 'quiet_zone', 'daily_messages', 'daily_zone', 'day_zone'],
      ...['warm_up', 'new_contacts', 'gap_min_ms', 'gap_max_ms', 'waits_restricted', 'auto_pause'],
    ],
    settings,
    'device',
  ),
  sent_count: nobody(['device_id', 'day', 'sent', 'new_contacts', 'updated_at'], 'numbers: they name nobody', 'device'),
  new_contact: { of: 'device', how: 'rows', person: ['jid'], plain: ['device_id', 'first_at', 'answered_at'] },
  device_pause: nobody(['device_id', 'since', 'until', 'reason'], settings, 'device'),
  restriction: nobody(
    ['device_id', 'kind', 'since', 'until', 'source', 'detail', 'ended_at'],
    'what WhatsApp does with the account: it names nobody',
    'device',
  ),
  safety_count: nobody(
    [
      ...['device_id', 'day', 'sent', 'to_people', 'delivered', 'refused_new', 'throttled', 'refused'],
      ...['not_on_whatsapp', 'new_contacts', 'answered', 'group_adds', 'same_text'],
    ],
    'numbers: they name nobody',
    'device',
  ),
  device_safety: nobody(['device_id', 'level', 'score', 'changed_at'], 'numbers: they name nobody', 'device'),
  proposal: {
    ...{ of: 'device', how: 'rows' },
    chat: ['chat'],
    message: ['message_id'],
    words: ['body', 'options'],
    plain: [
      ...['id', 'device_id', 'holder', 'media_id', 'state', 'decided_by', 'decided_at', 'created_at'],
      'expires_at',
    ],
  },
  send_policy: {
    ...{ of: 'tenant', how: 'own' },
    words: ['recipients'],
    plain: ['holder', 'api_key_id', 'device_id', 'mode', 'client_may_approve', 'expiry_seconds', 'updated_at'],
  },
  idempotency: {
    ...{ of: 'device', how: 'words' },
    message: ['message_id'],
    words: ['response'],
    plain: ['device_id', 'key', 'request_hash', 'status', 'created_at'],
  },
  act: {
    ...{ of: 'device', how: 'words' },
    words: ['note'],
    plain: ['device_id', 'key', 'operation', 'state', 'begun_at'],
  },
  deferred_work: {
    ...{ of: 'device', how: 'words' },
    words: ['payload'],
    plain: ['device_id', 'id', 'kind', 'created_at'],
  },
  webhook: {
    ...{ of: 'tenant', how: 'stays', why: 'settings of the customer: they name no person' },
    words: ['url', 'disabled_reason'],
    plain: [
      ...['id', 'scope', 'device_id', 'api_key_id', 'secret_sealed', 'previous_secret_sealed'],
      ...['previous_secret_until', 'filter', 'active', 'open', 'version', 'failing_since', 'format'],
      ...['format_sealed', 'created_at', 'updated_at'],
    ],
  },
  delivery_span: nobody(
    ['webhook_id', 'device_id', 'origin', 'to_seq', 'next_seq', 'filter'],
    'places in the log: they name nobody',
    'webhook',
  ),
  delivery_state: {
    ...{ of: 'webhook', how: 'own' },
    words: ['error', 'history'],
    plain: ['webhook_id', 'device_id', 'seq', 'state', 'attempts', 'next_attempt_at', 'updated_at'],
  },
  delivery_log: {
    ...{ of: 'webhook', how: 'own' },
    words: ['entries'],
    plain: ['webhook_id', 'place', 'device_id', 'number', 'first_seq', 'last_seq', 'at', 'count'],
  },
  delivery_journal: { of: 'server', how: 'own', words: ['entries'], plain: ['number', 'node'] },
  chatwoot_bridge: {
    ...{ of: 'device', how: 'stays', why: 'settings of the bridge: they name no person' },
    words: ['url', 'inbox_name', 'last_error'],
    plain: [
      ...['device_id', 'account_id', 'inbox_id', 'token_sealed', 'hook_hash', 'options', 'paused', 'position'],
      ...['to_chatwoot', 'to_whatsapp', 'failed', 'last_error_at', 'created_at', 'updated_at'],
    ],
  },
  chatwoot_send: {
    ...{ of: 'device', how: 'own' },
    words: ['payload', 'reason'],
    plain: [...['device_id', 'chatwoot_id', 'kind', 'conversation_id', 'state', 'attempts', 'due_at', 'created_at']],
  },
  chatwoot_link: {
    ...{ of: 'device', how: 'rows' },
    chat: ['chat'],
    message: ['message_id'],
    plain: ['device_id', 'from_me', 'chatwoot_id', 'part', 'conversation_id', 'state', 'tick', 'posted_at'],
  },
  chatwoot_chat: {
    ...{ of: 'device', how: 'rows' },
    chat: ['jid', 'lid'],
    words: ['name'],
    plain: ['device_id', 'contact_id', 'source_id', 'conversation_id', 'updated_at'],
  },
  access_key: {
    ...{ of: 'tenant', how: 'stays', why: 'credentials of the customer: they go with the tenant' },
    words: ['label', 'networks'],
    plain: [
      ...['id', 'api_key_id', 'device_id', 'secret_hash', 'secret_suffix', 'scopes', 'expires_at'],
      ...['last_used_at', 'created_at', 'updated_at'],
    ],
  },
  console_session: nobody(
    ['id', 'kind', 'proof', 'api_key_id', 'device_id', 'access_key_id', 'created_at', 'ends_at'],
    'who is signed in to the console: it ends within hours',
    'tenant',
  ),
  pairing_link: nobody(
    ['token_hash', 'device_id', 'created_at', 'expires_at', 'used_at'],
    'links of the device: they name nobody',
    'device',
  ),
  audit: {
    ...{ of: 'tenant', how: 'own' },
    words: ['target', 'detail', 'address'],
    plain: ['id', 'actor', 'action', 'at', 'api_key_id'],
  },
  erasure: nobody(
    [
      ...['id', 'kind', 'api_key_id', 'device_id', 'request_id', 'state', 'subject', 'subject_hash', 'asked_by'],
      ...['other_hashes', 'counts', 'proof', 'error', 'created_at', 'updated_at', 'completed_at'],
    ],
    'the proof that something was erased: its subject is sealed until then, and only keyed hashes of it stay',
    'tenant',
  ),
  retention: nobody(
    ['api_key_id', 'message_days', 'media_days', 'event_days', 'delivery_days', 'audit_days', 'updated_at'],
    'settings of the customer: they name nobody',
    'tenant',
  ),
  node: nobody(
    ['id', 'url', 'version', 'schema_version', 'state', 'started_at', 'heartbeat_at', 'expires_at'],
    operation,
  ),
  lease: nobody(['name', 'node', 'epoch'], operation),
  change: nobody(['id', 'kind', 'target', 'at'], operation),
  ticket: nobody(['hash', 'scope', 'content', 'ends_at'], operation),
  request_window: nobody(['name', 'used', 'ends_at'], operation),
  commit_mark: nobody(['writer', 'number', 'at'], operation),
  schema_migration: nobody(['number', 'name', 'applied_at'], operation),
}
