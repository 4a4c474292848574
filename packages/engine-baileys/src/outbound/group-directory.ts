import { bareJid, isGroupJid, statusJid } from '@switchboard/engine'
import type { SessionContext } from '../session/session-context.ts'
import type { KnownGroup } from '../shared/shared-caches.ts'
import { childOf, childrenNamed } from '../wire/nodes.ts'

/** Whether a message there is sealed once for all who read it, with a key of its sender. */
export const isShared = (chat: string): boolean => isGroupJid(chat) || chat === statusJid

/** The status as a group: each post says who gets it. */
const statusGroup: KnownGroup = {
  members: [],
  admins: new Set(),
  addressing: 'lid',
  others: new Map(),
  timerSeconds: 0,
}

/** Who is in a group and how it is set, asked for once and remembered until a notification says otherwise. */
export class GroupDirectory {
  readonly #context: SessionContext

  constructor(context: SessionContext) {
    this.#context = context
  }

  /** @throws EngineError `refused` when the account is no member, `timeout` */
  async find(group: string, timeoutMs?: number): Promise<KnownGroup> {
    if (group === statusJid) return statusGroup
    const known = this.#context.caches.groups.get(this.#key(group))
    if (known) return known
    // Seen in: baileys groups.js `groupMetadata`, whatsmeow group.go `GetGroupInfo`.
    const content = [{ tag: 'query', attrs: { request: 'interactive' } }]
    const question = { tag: 'iq', attrs: { type: 'get', xmlns: 'w:g2', to: group }, content }
    const answer = await this.#context.wire.query(question, timeoutMs)
    const node = childOf(answer, 'group')
    const participants = childrenNamed(node, 'participant')
    const members = participants.flatMap(({ attrs }) => (attrs['jid'] ? [bareJid(attrs['jid'])] : []))
    // `type` is admin or superadmin, and the other address is next to `jid` (seen in: baileys groups.js `extractGroupMetadata`).
    const admins = participants
      .filter(({ attrs }) => attrs['type'] === 'admin' || attrs['type'] === 'superadmin')
      .flatMap(({ attrs }) => [attrs['jid'], attrs['phone_number'], attrs['lid']])
      .flatMap((jid) => (jid ? [bareJid(jid)] : []))
    const others = new Map(
      participants.flatMap(({ attrs }) => {
        const [one, other] = [attrs['jid'], attrs['phone_number'] ?? attrs['lid']].map((jid) => jid && bareJid(jid))
        return one && other && one !== other ? [[one, other] as const, [other, one] as const] : []
      }),
    )
    const addressing = node?.attrs['addressing_mode'] === 'lid' || members[0]?.endsWith('@lid') ? 'lid' : 'pn'
    const timerSeconds = Number(childOf(node, 'ephemeral')?.attrs['expiration'] ?? 0) || 0
    const found: KnownGroup = { members, admins: new Set(admins), addressing, others, timerSeconds }
    this.#context.caches.groups.set(this.#key(group), found)
    return found
  }

  forget(group: string): void {
    this.#context.caches.groups.delete(this.#key(group))
  }

  forgetAll(): void {
    const own = this.#key('')
    for (const key of this.#context.caches.groups.keys()) {
      if (key.startsWith(own)) this.#context.caches.groups.delete(key)
    }
  }

  #key(group: string): string {
    return `${this.#context.serial}|${group}`
  }
}
