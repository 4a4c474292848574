import { type MovedDevice, parseJid } from '@switchboard/engine'
import { baileysCreds } from './baileys-creds.ts'
import { baileysSenderKey } from './baileys-sender-key.ts'
import { type ForeignLink, Readings } from './foreign-link.ts'
import { bytesIfAny, bytesIn, objectIn, pairIn, textIn } from './foreign-values.ts'
import { libsignalSession } from './libsignal-session.ts'
import { movedDevice } from './moved-device.ts'
import { signalAddressOf } from './signal-name.ts'

type Entry = readonly [id: string, value: unknown]

/** The values of one kind, with their ids. Names are as in files: `/` is written as `__` and `:` as `-`. */
const entriesOf = (state: ReadonlyMap<string, unknown>, kind: RegExp): Entry[] =>
  [...state].flatMap(([key, value]): Entry[] => {
    const id = kind.exec(key)?.[1]
    return id === undefined || value === null ? [] : [[id, value]]
  })

/** A link of a Baileys client, from its multi-file state or whatever holds the same values (seen in: baileys Utils/use-multi-file-auth-state.js, Types/Auth.d.ts).
 *  @throws NotMovable */
export function readBaileys(state: ReadonlyMap<string, unknown>): MovedDevice {
  const readings = new Readings()
  const entries = (kind: RegExp) => entriesOf(state, kind)
  const link: ForeignLink = {
    creds: baileysCreds(state.get('creds')),
    preKeys: readings.all(entries(/^pre-key-(\d+)$/), 'prekeys', ([id, value]) => {
      return { id: Number(id), pair: pairIn(objectIn(value, 'prekey')['private'], 'prekey') }
    }),
    pairs: readings.all(entries(/^lid-mapping-(\d+)$/), 'LIDs', ([phone, value]) => {
      const lid = /^\d+$/.exec(textIn(value) ?? '')?.[0]
      return lid ? { phone, lid } : undefined
    }),
    sessions: readings.all(entries(/^session-(.+)$/), 'sessions', ([name, value]) => {
      const address = signalAddressOf(name)
      return address ? libsignalSession(address, value) : undefined
    }),
    senderKeys: readings.all(entries(/^sender-key-(?!memory-)(.+)$/), 'sender keys', senderKeyOf),
    appStateKeys: readings.all(entries(/^app-state-sync-key-(.+)$/), 'app-state keys', ([name, value]) => ({
      id: bytesIn(name.replaceAll('__', '/'), 'id'),
      data: bytesIn(objectIn(value, 'app-state key')['keyData'], 'app-state key'),
    })),
    tokens: readings.all(entries(/^tctoken-(.+)$/), 'privacy tokens', tokenOf),
    unreadable: readings.unreadable,
  }
  return movedDevice(link)
}

function senderKeyOf([name, value]: Entry) {
  const [, group, sender = ''] = /^(.+@[a-z.]+)--(.+)$/.exec(name) ?? []
  const address = signalAddressOf(sender)
  return group && address && parseJid(group) ? { group, sender: address, states: baileysSenderKey(value) } : undefined
}

function tokenOf([jid, value]: Entry) {
  const stored = objectIn(value, 'privacy token')
  const { timestamp, senderTimestamp } = stored
  const entry = {
    token: bytesIfAny(stored['token']) ?? new Uint8Array(),
    ...(Number(timestamp) > 0 && { timestamp: String(timestamp) }),
    ...(Number(senderTimestamp) > 0 && { senderTimestamp: Number(senderTimestamp) }),
  }
  // Under other names there, such as `__index`, is no token of anybody.
  return parseJid(jid) ? { jid, entry } : undefined
}
