/** A table with columns that hold what people wrote. */
interface ContentOf {
  /** What names a row, and stays when the row moves to another chat or address: a sealed value opens in its own row alone. */
  readonly row: readonly string[]
  /** Its primary key, or another that has an index. */
  readonly key: readonly string[]
  /** Nothing that people wrote is in any other column. */
  readonly columns: Readonly<Record<string, 'text' | 'bytes'>>
}

/** Where what people wrote is stored. The names of a person or a chat are bound to their device and column alone: the database itself copies them when a chat
 *  gets another address, and cannot open them. */
export const contentColumns = {
  act: { row: ['key'], key: ['device_id', 'key'], columns: { note: 'text' } },
  call_setting: { row: [], key: ['device_id'], columns: { reject_text: 'text' } },
  chat: { row: [], key: ['device_id', 'jid'], columns: { name: 'text' } },
  chatwoot_chat: { row: [], key: ['device_id', 'jid'], columns: { name: 'text' } },
  chatwoot_send: {
    row: ['chatwoot_id', 'kind'],
    key: ['device_id', 'chatwoot_id', 'kind'],
    columns: { payload: 'text' },
  },
  contact: {
    row: [],
    key: ['device_id', 'jid'],
    columns: { push_name: 'text', full_name: 'text', first_name: 'text', business_name: 'text' },
  },
  due_send: { row: ['message_id'], key: ['device_id', 'message_id'], columns: { text: 'text' } },
  event: { row: ['id'], key: ['device_id', 'seq'], columns: { payload: 'text' } },
  idempotency: { row: ['key'], key: ['device_id', 'key'], columns: { response: 'text' } },
  label: { row: ['id'], key: ['device_id', 'id'], columns: { name: 'text' } },
  media_file: { row: ['id'], key: ['device_id', 'id'], columns: { facts: 'text', uploaded: 'text' } },
  message: {
    row: ['id'],
    key: ['device_id', 'chat', 'id'],
    columns: { text: 'text', push_name: 'text', body: 'bytes' },
  },
  message_mark: {
    row: ['message_id', 'kind', 'id'],
    key: ['device_id', 'chat', 'message_id', 'kind', 'sender'],
    columns: { value: 'text' },
  },
  proposal: { row: ['id'], key: ['device_id', 'id'], columns: { body: 'bytes' } },
  send_intent: { row: ['message_id'], key: ['device_id', 'message_id'], columns: { body: 'bytes' } },
} as const satisfies Readonly<Record<string, ContentOf>>

export type ContentTable = keyof typeof contentColumns
export type ContentColumn<Table extends ContentTable> = keyof (typeof contentColumns)[Table]['columns'] & string
type RowColumn<Table extends ContentTable> = (typeof contentColumns)[Table]['row'][number]

/** What names a row of a table. */
export type ContentRow<Table extends ContentTable> = { readonly device_id: string } & {
  readonly [Column in RowColumn<Table>]: string | number
}

export const contentOf = (table: ContentTable): ContentOf => contentColumns[table]

export const isContentTable = (table: string): table is ContentTable => Object.hasOwn(contentColumns, table)

/** Columns of content of any table. */
export const contentKindsOf = (table: string): ContentOf['columns'] =>
  isContentTable(table) ? contentOf(table).columns : {}

/** Where a sealed value belongs, in words that no other place has. */
export function contentContext(table: ContentTable, column: string, row: Readonly<Record<string, unknown>>): string {
  let context = `${table}.${column}|${row['device_id']}`
  for (const name of contentOf(table).row) {
    const part = row[name]
    if (part === undefined || part === null) throw new TypeError(`A row of ${table} is named by ${name}`)
    // As it is stored: see `bindable.ts`.
    const text = String(part).replaceAll('\0', '\uFFFD')
    context += `|${text.length}:${text}`
  }
  return context
}
