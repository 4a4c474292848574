import { parseJid, serverJid } from '../../wire/jid.ts'
import type { WireNode } from '../../wire/node.ts'
import type { SeededRandom } from '../../world/seeded-random.ts'

const tags = [
  'message',
  'iq',
  'receipt',
  'ack',
  'presence',
  'chatstate',
  'call',
  'ib',
  'notification',
  'stream:error',
  '',
]
const namespaces = [
  'encrypt',
  'w:g2',
  'md',
  'usync',
  'privacy',
  'w:sync:app:state',
  'w:m',
  'w:mex',
  'newsletter',
  'status',
  'w:p',
  'blocklist',
]
const children = [
  'query',
  'create',
  'enc',
  'to',
  'participants',
  'list',
  'user',
  'sync',
  'collection',
  'patch',
  'count',
  'add',
  'item',
  'offer',
]
const names = [
  'id',
  'to',
  'from',
  'type',
  'xmlns',
  'jid',
  'class',
  'participant',
  'version',
  'name',
  'count',
  'recipient',
  'v',
  't',
  'code',
]

/** Stanzas and bytes that no honest client sends, the same for the same seed. */
export class HostileStanzas {
  readonly #random: SeededRandom

  constructor(random: SeededRandom) {
    this.#random = random
  }

  pick<T>(list: readonly T[]): T {
    return list[this.#random.integer(list.length)] as T
  }

  node(people: readonly string[], depth = 0): WireNode {
    const random = this.#random
    const attrs: Record<string, WireNode['attrs'][string]> = {}
    for (let n = random.integer(6); n > 0; n--) attrs[this.pick(names)] = this.#value(people)
    if (depth === 0 && random.integer(4) > 0) attrs['id'] = random.hex(4)
    if (depth === 0 && random.integer(3) > 0) attrs['xmlns'] = this.pick(namespaces)
    const tag = (depth === 0 ? this.pick(tags) : this.pick([...children, ...tags])) || 'x'
    const kind = random.integer(4)
    if (kind === 0 || depth > 4) return { tag, attrs }
    if (kind === 1) return { tag, attrs, content: random.bytes(random.integer(200)) }
    const content = Array.from({ length: random.integer(5) }, () => this.node(people, depth + 1))
    return { tag, attrs, content }
  }

  /** Flips, drops or repeats bytes. */
  mutated(bytes: Uint8Array): Uint8Array {
    const copy = Buffer.from(bytes)
    for (let n = 1 + this.#random.integer(4); n > 0 && copy.length > 0; n--) {
      copy[this.#random.integer(copy.length)] = this.#random.integer(256)
    }
    const cut = this.#random.integer(copy.length + 1)
    return this.pick([copy, copy.subarray(0, cut), Buffer.concat([copy, copy.subarray(cut)])])
  }

  #value(people: readonly string[]): WireNode['attrs'][string] {
    const jid = parseJid(this.pick(people))
    return this.pick<WireNode['attrs'][string]>([
      ...[
        '',
        'get',
        'set',
        'result',
        'error',
        '0',
        '-1',
        '9'.repeat(40),
        'x'.repeat(300),
        '\u0000',
        '__proto__',
        'constructor',
      ],
      ...['pkmsg', 'skmsg', 'retry', 'read', 'composing', 'regular', '4294967296', '1.5', 'NaN', ...namespaces],
      ...[
        serverJid,
        jid ?? serverJid,
        { user: 'nobody', server: 'g.us' } as const,
        { user: '1', server: 'newsletter' } as const,
      ],
    ])
  }
}
