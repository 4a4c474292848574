import type { Jid, WireNode } from '../../wire/node.ts'
import { child, contentBytes, textAttr } from '../../wire/node-access.ts'
import type { Account, Device } from '../../world/account.ts'
import { accountJid } from '../../world/address.ts'
import { aboutAt } from '../../world/people/about.ts'
import { bots } from '../../world/people/bots.ts'
import { maySee } from '../../world/people/privacy-rules.ts'
import type { World } from '../../world/world.ts'
import { showsToken } from '../privacy-tokens.ts'
import { verifiedName } from '../verified-name.ts'
import { botProfile } from './bot-list.ts'

export interface UsyncQuestion {
  readonly world: World
  readonly asker: Device
  /** Undefined when nobody has that address. */
  readonly account: Account | undefined
  readonly user: WireNode
  readonly query: WireNode
  readonly named: Jid | undefined
}

/** Answers one protocol for one person; undefined leaves it out. */
export type UsyncProtocol = (question: UsyncQuestion) => WireNode | undefined

/** Seen in two clients: contact, devices, lid, status, disappearing_mode, username, bot. One client (whatsmeow): picture, business; (zapo): text_status. */
export const usyncProtocols: Readonly<Record<string, UsyncProtocol>> = {
  contact: ({ account, user }) => {
    const username = textAttr(child(user, 'contact'), 'username')
    if (username !== undefined) return { tag: 'contact', attrs: { type: account ? 'in' : 'out', username } }
    const asked = contentBytes(child(user, 'contact'))
    return { tag: 'contact', attrs: { type: account ? 'in' : 'out' }, ...(asked ? { content: asked } : {}) }
  },
  devices: ({ account, asker }) => account && devices(account, asker),
  lid: ({ account }) => account && { tag: 'lid', attrs: { val: accountJid(account, 'lid') } },
  status: ({ world, account, asker, user }) => {
    if (!account) return undefined
    const shown = contentBytes(child(user, 'tctoken'))
    showsToken(world, { holder: asker.account, owner: account }, shown, 'about')
    return about(world, account, asker)
  },
  text_status: ({ world, account, asker }) => account && textStatus(world, account, asker),
  disappearing_mode: ({ account }) =>
    account && {
      tag: 'disappearing_mode',
      attrs: { duration: String(account.disappearingMode.duration), t: seconds(account.disappearingMode.at) },
    },
  business: ({ account }) => account?.person.business && verifiedName(account.person.business),
  picture: ({ account, asker }) => {
    const picture = account?.person.picture
    return account && picture && maySee(account, 'profile', asker.account)
      ? { tag: 'picture', attrs: { id: picture.id, type: 'image' } }
      : undefined
  },
  // Clients take an absent node for nobody who has one.
  username: ({ account }) =>
    account?.username && { tag: 'username', attrs: {}, content: Buffer.from(account.username.name) },
  bot: ({ named }) => {
    const bot = bots.find(({ user }) => user === named?.user)
    return bot && botProfile(bot)
  },
}

/** baileys drops companions without key-index (WAUSync, Utils/signal.js). A client that asks will keep the list, so it gets changes from now on. */
function devices(account: Account, asker: Device): WireNode {
  if (account !== asker.account) account.peers.add(asker.account)
  const list = [...account.devices.values()].map(({ id, keyIndex }) => ({
    tag: 'device',
    attrs: id === 0 ? { id: '0' } : { id: String(id), 'key-index': String(keyIndex) },
  }))
  const keyIndexList = account.keyIndexList
    ? [
        {
          tag: 'key-index-list',
          attrs: { ts: String(account.keyIndexList.timestamp) },
          content: account.keyIndexList.bytes,
        },
      ]
    : []
  return {
    tag: 'devices',
    attrs: { version: '2' },
    content: [{ tag: 'device-list', attrs: {}, content: list }, ...keyIndexList],
  }
}

function about(world: World, account: Account, asker: Device): WireNode {
  if (!maySee(account, 'status', asker.account)) return { tag: 'status', attrs: { code: '401' } }
  const { text, at } = aboutAt(account.about, world.clock.now())
  return { tag: 'status', attrs: { t: seconds(at) }, content: Buffer.from(text) }
}

/** The shape is seen in one client (zapo WaProfileCoordinator.ts parseUsyncTextStatuses), which passes over one with `<error>`. */
function textStatus(world: World, account: Account, asker: Device): WireNode {
  if (!maySee(account, 'status', asker.account)) {
    return { tag: 'text_status', attrs: {}, content: [{ tag: 'error', attrs: { code: '401' } }] }
  }
  const { text, at, emoji, seconds: lasts = -1 } = aboutAt(account.about, world.clock.now())
  return {
    tag: 'text_status',
    attrs: { text, ephemeral_duration_sec: String(lasts), last_update_time: seconds(at) },
    content: emoji === undefined ? [] : [{ tag: 'emoji', attrs: { content: emoji } }],
  }
}

function seconds(ms: number): string {
  return String(Math.floor(ms / 1000))
}
