import { randomUUID } from 'node:crypto'
import { bareJid, parseJid } from '@switchboard/engine'
import type { BinaryNode } from '@switchboard/link'
import { bytesOf, childOf, childrenNamed, serverJid } from '../wire/nodes.ts'
import type { Wire } from '../wire/wire.ts'

/** What the server says about one account. */
export interface UsyncUser {
  /** Bare address the answer is about. */
  readonly jid: string
  readonly lid: string | undefined
  readonly phoneJid: string | undefined
  /** Companion numbers, 0 for the phone; undefined when not asked for. */
  readonly devices: readonly number[] | undefined
  /** Whether the number has an account; undefined when not asked for. */
  readonly registered: boolean | undefined
  /** The number as it was asked. */
  readonly asked: string | undefined
  /** The answer, for what is asked now and then only. */
  readonly node: BinaryNode
}

/** Number and LID of an account, when the answer has both. */
export function pairOf({ jid, lid, phoneJid }: UsyncUser): { phone: string; lid: string }[] {
  const addresses = [jid, lid, phoneJid].map((each) => parseJid(each ?? ''))
  const phone = addresses.find((each) => each?.server === 's.whatsapp.net')
  const lidAddress = addresses.find((each) => each?.server === 'lid')
  return phone && lidAddress ? [{ phone: phone.user, lid: lidAddress.user }] : []
}

interface Question {
  readonly context: 'message' | 'interactive' | 'background'
  readonly protocols: readonly (
    | 'devices'
    | 'lid'
    | 'contact'
    | 'status'
    | 'text_status'
    | 'picture'
    | 'business'
    | 'disappearing_mode'
    | 'username'
    | 'bot'
  )[]
  /** Bare addresses. */
  readonly jids?: readonly string[]
  /** What is said of an address in addition. */
  readonly about?: ReadonlyMap<string, readonly BinaryNode[]>
  /** International numbers, digits only. */
  readonly phones?: readonly string[]
  /** Contacts are named by LID in the answer. */
  readonly byLid?: boolean
  /** A user name in place of addresses, with its key where it needs one. Contacts are then named by LID. */
  readonly username?: { readonly name: string; readonly key?: string }
}

/** Asks the server about accounts (seen in: baileys WAUSync, whatsmeow user.go `usync`). */
export async function usync(
  wire: Wire,
  { context, protocols, jids = [], phones = [], about, username, byLid = username !== undefined }: Question,
): Promise<UsyncUser[]> {
  const users: BinaryNode[] = [
    ...jids.map((jid) => userNode(jid, about?.get(jid))),
    ...phones.map((phone) => ({
      tag: 'user',
      attrs: {},
      content: [{ tag: 'contact', attrs: {}, content: Buffer.from(`+${phone}`) }],
    })),
    ...(username ? [usernameNode(username)] : []),
  ]
  const answer = await wire.query({
    tag: 'iq',
    attrs: { to: serverJid, type: 'get', xmlns: 'usync' },
    content: [
      {
        tag: 'usync',
        attrs: { sid: randomUUID(), mode: 'query', last: 'true', index: '0', context },
        content: [
          { tag: 'query', attrs: {}, content: protocols.map((name) => protocolNode(name, byLid)) },
          { tag: 'list', attrs: {}, content: users },
        ],
      },
    ],
  })
  return childrenNamed(childOf(childOf(answer, 'usync'), 'list'), 'user').map(readUser)
}

const userNode = (jid: string, about: readonly BinaryNode[] = []): BinaryNode => ({
  tag: 'user',
  attrs: { jid },
  ...(about.length > 0 ? { content: [...about] } : {}),
})

/** What is asked for inside a protocol (seen in: whatsmeow user.go `GetUserInfo` and `GetBotProfiles`). */
const inside: Readonly<Record<string, BinaryNode>> = {
  business: { tag: 'verified_name', attrs: {} },
  bot: { tag: 'profile', attrs: { v: '1' } },
}

/** Seen in: zapo builders/profile.ts `buildUsernameLookupContactNode`. */
const usernameNode = ({ name, key }: { readonly name: string; readonly key?: string }): BinaryNode => ({
  tag: 'user',
  attrs: {},
  content: [{ tag: 'contact', attrs: { username: name, ...(key === undefined ? {} : { pin: key }) } }],
})

const versions: Readonly<Record<string, Record<string, string>>> = { devices: { version: '2' } }

const protocolNode = (name: string, byLid: boolean): BinaryNode => ({
  tag: name,
  attrs: byLid && name === 'contact' ? { addressing_mode: 'lid' } : { ...versions[name] },
  ...(inside[name] ? { content: [inside[name]] } : {}),
})

function readUser(user: BinaryNode): UsyncUser {
  const contact = childOf(user, 'contact')
  const asked = bytesOf(contact)
  return {
    jid: bareJid(user.attrs['jid'] ?? ''),
    lid: childOf(user, 'lid')?.attrs['val'],
    phoneJid: user.attrs['pn_jid'],
    devices: readDevices(childOf(user, 'devices')),
    registered: contact ? contact.attrs['type'] === 'in' : undefined,
    asked: asked && Buffer.from(asked).toString(),
    node: user,
  }
}

// A companion without a key index is not confirmed by its account; the server refuses stanzas to it.
function readDevices(devices: BinaryNode | undefined): readonly number[] | undefined {
  const list = childOf(devices, 'device-list')
  if (!list) return undefined
  return childrenNamed(list, 'device')
    .filter(({ attrs }) => attrs['id'] === '0' || attrs['key-index'])
    .map(({ attrs }) => Number(attrs['id']))
    .filter((id) => Number.isInteger(id))
}
