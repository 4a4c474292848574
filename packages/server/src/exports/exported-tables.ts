/** Tables of an export, in the order in which it has them: those of the customer first, then those of each device. */
export const exportedTables = [
  ...['api_key', 'access_key', 'retention', 'send_policy', 'audit', 'erasure', 'device', 'webhook'],
  ...['contact', 'lid_mapping', 'number_alias', 'chat', 'label', 'labeled_chat', 'labeled_message'],
  ...['message', 'message_mark', 'message_receipt', 'message_media', 'send_intent', 'due_send', 'proposal'],
  ...['status_audience', 'incoming_call', 'call_setting', 'presence_subscription', 'channel_watch', 'auto_reply'],
  ...['account_setting', 'media_policy', 'send_limit', 'sent_count', 'device_pause'],
  ...['new_contact', 'restriction', 'safety_count', 'device_safety'],
  ...['chatwoot_bridge', 'chatwoot_chat', 'chatwoot_link', 'chatwoot_send', 'event', 'delivery_log'],
] as const

/** Why other tables are in no export. */
export const notExported: Readonly<Record<string, string>> = {
  credential: 'keys of the link: whoever has them is the account',
  content_key: 'keys',
  content_pass: 'how far content was sealed',
  console_session: 'who is signed in now',
  pairing_link: 'secrets that end within hours',
  idempotency: 'answers that are kept for a day',
  act: 'notes that are kept for a day',
  deferred_work: 'work of the gateway',
  taken_stanza: 'ids of what was taken',
  media_file: 'files on their way out',
  kept_file: 'the files themselves are in the export',
  delivery_span: 'places in the log',
  delivery_state: 'deliveries under way',
  delivery_journal: 'deliveries of the last minutes, of all customers',
  event_day: 'places in the log',
  key_log: 'places in the log',
  key_log_run: 'places in the log',
  key_log_device: 'places in the log',
  node: 'the gateways',
  lease: 'the gateways',
  change: 'the gateways',
  ticket: 'the gateways',
  request_window: 'the gateways',
  commit_mark: 'the gateways',
  schema_migration: 'the gateways',
}

/** Columns with secrets, sealed or hashed, and with what only the gateway can read. */
export const secretColumns: ReadonlySet<string> = new Set([
  ...['key_hash', 'secret_hash', 'hook_hash', 'token_hash', 'request_hash', 'data_key_sealed', 'proxy_url_sealed'],
  ...['secret_sealed', 'previous_secret_sealed', 'format_sealed', 'token_sealed', 'subject', 'token_version'],
  ...['owner', 'epoch', 'steps', 'event_day', 'event_day_first', 'day'],
])
