import type { Database, Statement } from './database.ts'
import type { ChatwootLinkTable } from './schema.ts'

/** A message that is on both sides, or on its way to Chatwoot. */
export interface Link {
  readonly messageId: string
  /** Address of the chat; blank as long as a message of an agent has not left. */
  readonly chat: string
  readonly fromMe: boolean
  /** Null while it is posted. */
  readonly chatwootId: number | null
  /** One message of an agent with several files is several messages of WhatsApp. */
  readonly part: number
  readonly conversationId: number | null
  readonly state: ChatwootLinkTable['state']
  /** What Chatwoot shows: 1 sent, 2 delivered, 3 read, 4 failed. */
  readonly tick: number
  /** When it was posted, Unix ms; 0 when it is known how that ended. */
  readonly postedAt: number
}

type Row = { readonly [Column in keyof ChatwootLinkTable]: unknown }

const linkOf = (row: Row): Link => ({
  messageId: row.message_id as string,
  chat: row.chat as string,
  fromMe: row.from_me === 1,
  chatwootId: row.chatwoot_id === null ? null : Number(row.chatwoot_id),
  part: row.part as number,
  conversationId: row.conversation_id === null ? null : Number(row.conversation_id),
  state: row.state as Link['state'],
  tick: row.tick as number,
  postedAt: Number(row.posted_at),
})

type Key = Pick<Link, 'messageId' | 'chat'>

/** The `chatwoot_link` table: which message of WhatsApp is which of Chatwoot, once in each direction. */
export class ChatwootLinkStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** The link of a message, by whichever address of its chat. */
  async find(deviceId: string, messageId: string, chats: readonly string[]): Promise<Link | undefined> {
    const row = await this.#links(deviceId)
      .where('message_id', '=', messageId)
      .where('chat', 'in', chats)
      .executeTakeFirst()
    return row && linkOf(row)
  }

  /** Whether a message of that id is known, in any chat. */
  async knows(deviceId: string, messageId: string): Promise<boolean> {
    return (await this.#links(deviceId).where('message_id', '=', messageId).executeTakeFirst()) !== undefined
  }

  /** The parts of a message of Chatwoot, in order. */
  async parts(deviceId: string, chatwootId: number): Promise<Link[]> {
    const rows = await this.#links(deviceId).where('chatwoot_id', '=', chatwootId).orderBy('part').execute()
    return rows.map(linkOf)
  }

  /** `known` makes the error when the message is linked already, on either side. */
  add(deviceId: string, link: Link, known: () => Error): Statement {
    const insert = this.#database.query
      .insertInto('chatwoot_link')
      .values({
        ...{ device_id: deviceId, message_id: link.messageId, chat: link.chat, from_me: link.fromMe ? 1 : 0 },
        ...{ chatwoot_id: link.chatwootId, part: link.part, conversation_id: link.conversationId },
        ...{ state: link.state, tick: link.tick, posted_at: link.postedAt },
      })
      .onConflict((conflict) => conflict.doNothing())
    return { query: insert.compile(), orElse: known }
  }

  change(
    deviceId: string,
    { messageId, chat }: Key,
    change: Partial<Pick<Link, 'chat' | 'chatwootId' | 'conversationId' | 'state' | 'tick' | 'postedAt'>>,
  ): Statement {
    const { chat: named, chatwootId, conversationId, state, tick, postedAt } = change
    const update = this.#database.query
      .updateTable('chatwoot_link')
      .set({
        ...(named !== undefined && { chat: named }),
        ...(chatwootId !== undefined && { chatwoot_id: chatwootId }),
        ...(conversationId !== undefined && { conversation_id: conversationId }),
        ...(state && { state }),
        ...(tick !== undefined && { tick }),
        ...(postedAt !== undefined && { posted_at: postedAt }),
      })
      .where('device_id', '=', deviceId)
      .where('message_id', '=', messageId)
      .where('chat', '=', chat)
    return { query: update.compile() }
  }

  remove(deviceId: string, { messageId, chat }: Key): Statement {
    const remove = this.#database.query
      .deleteFrom('chatwoot_link')
      .where('device_id', '=', deviceId)
      .where('message_id', '=', messageId)
      .where('chat', '=', chat)
    return { query: remove.compile() }
  }

  #links(deviceId: string) {
    return this.#database.query.selectFrom('chatwoot_link').selectAll().where('device_id', '=', deviceId)
  }
}
