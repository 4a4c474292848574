import { type Address, type CredentialWrite, type MovedDevice, parseJid } from '@switchboard/engine'
import {
  boundedStates,
  prefixed,
  restoreSession,
  type SenderKeyState,
  type SessionState,
  serializeSenderKey,
} from '@switchboard/signal'
import { appStateKeyWrite, epochOf } from '../app-state/app-state-keys.ts'
import { credsWrite } from '../credentials/creds-codec.ts'
import { encodePreKey, preKeyKind } from '../credentials/pre-keys.ts'
import { toStoredJson } from '../credentials/stored-json.ts'
import { accountOf } from '../link/link-account.ts'
import { privacyTokenKind } from '../outbound/privacy-tokens.ts'
import { addressBookWrites } from '../signal/address-book.ts'
import { senderKeyName } from '../signal/device-ratchets.ts'
import { senderKeyKind, sessionKind } from '../signal/ratchet-steps.ts'
import { formatAddress, type SignalAddress } from '../signal/signal-address.ts'
import type { ForeignLink, ForeignSession } from './foreign-link.ts'

/** Stores what another program kept of a link in the form of our own: ratchets under LIDs where they are known, of two with one device the newer. */
export function movedDevice(link: ForeignLink): MovedDevice {
  const pairs = pairsOf(link)
  const lids = new Map(pairs.map(({ phone, lid }) => [phone, lid]))
  const sessions = sessionWrites(link, lids)
  const senderKeys = senderKeyWrites(link, lids)
  const tokens = tokenWrites(link, lids)
  const appStateKeys = link.appStateKeys.map(({ id, data }) => appStateKeyWrite(id, data))
  const preKeys = link.preKeys.map(({ id, pair }) => ({ kind: preKeyKind, key: String(id), value: encodePreKey(pair) }))
  return {
    account: accountOf(link.creds, link.businessName)!,
    secrets: [
      credsWrite(
        credsOf(
          link,
          appStateKeys.map(({ key }) => key),
        ),
      ),
      ...preKeys,
      ...addressBookWrites(pairs),
      ...sessions,
      ...senderKeys,
      ...appStateKeys,
      ...tokens,
    ],
    addresses: pairs.map(
      ({ phone, lid }): Required<Address> => ({ jid: `${phone}@s.whatsapp.net`, lid: `${lid}@lid` }),
    ),
    taken: {
      preKeys: preKeys.length,
      sessions: sessions.length,
      sessionsByLid: sessions.filter(({ key }) => key.endsWith('@lid')).length,
      senderKeys: senderKeys.length,
      appStateKeys: appStateKeys.length,
      privacyTokens: tokens.length,
      addresses: pairs.length,
    },
    leftOut: Object.entries(link.unreadable).map(([what, count]) => `${count} ${what} could not be read.`),
  }
}

/** Of one number the last LID counts, and the account's own pair is one of them. */
function pairsOf({ creds, pairs }: ForeignLink) {
  const [own, hidden] = [parseJid(creds.me?.id ?? ''), parseJid(creds.me?.lid ?? '')]
  const all = own && hidden ? [...pairs, { phone: own.user, lid: hidden.user }] : pairs
  const byLid = new Map(all.map((pair) => [pair.lid, pair]))
  return [...new Map([...byLid.values()].map((pair) => [pair.phone, pair])).values()]
}

function credsOf({ creds, preKeys }: ForeignLink, appStateKeyIds: readonly string[]) {
  const nextPreKeyId = Math.max(creds.nextPreKeyId, ...preKeys.map(({ id }) => id + 1))
  const accountKey = creds.account?.accountSignatureKey
  const newest = appStateKeyIds.toSorted((one, other) => epochOf(other) - epochOf(one))[0]
  return {
    ...creds,
    ...{ nextPreKeyId, firstUnuploadedPreKeyId: nextPreKeyId },
    ...(newest && { myAppStateKeyId: newest }),
    ...(accountKey && {
      signalIdentities: [
        { identifier: { name: creds.me?.lid ?? '', deviceId: 0 }, identifierKey: prefixed(accountKey) },
      ],
    }),
  }
}

function canonical(address: SignalAddress, lids: ReadonlyMap<string, string>): SignalAddress {
  const parsed = parseJid(address)
  const lid = parsed?.server === 's.whatsapp.net' ? lids.get(parsed.user) : undefined
  return parsed && lid ? formatAddress({ ...parsed, user: lid, server: 'lid' }) : address
}

function sessionWrites({ sessions }: ForeignLink, lids: ReadonlyMap<string, string>): CredentialWrite[] {
  const byAddress = Map.groupBy(sessions, ({ address }) => canonical(address, lids))
  return [...byAddress].map(([key, found]) => ({ kind: sessionKind, key, value: joined(key, found).serialize() }))
}

/** One record of all that there are of a device. The newest is current, and the others stay for what still comes in them. */
function joined(key: SignalAddress, found: readonly ForeignSession[]) {
  const isHere = ({ address }: ForeignSession) => Number(address === key)
  const newestFirst = found.toSorted((one, other) => other.usedAt - one.usedAt || isHere(other) - isHere(one))
  const current = newestFirst.find((each) => each.current)?.current
  const states = newestFirst.flatMap((each): SessionState[] => [
    ...(each.current ? [each.current] : []),
    ...each.archived,
  ])
  return restoreSession(
    current,
    states.filter((state) => state !== current),
  )
}

/** Those of others. Our own are made anew with the first message to each group: who holds them is not known for certain. */
function senderKeyWrites({ creds, senderKeys }: ForeignLink, lids: ReadonlyMap<string, string>): CredentialWrite[] {
  const own = parseJid(creds.me?.id ?? '')
  const ownAddress = own && canonical(formatAddress(own), lids)
  const named = senderKeys.map(({ group, sender, states }) => ({ group, sender: canonical(sender, lids), states }))
  const others = named.filter(({ sender, states }) => sender !== ownAddress && states.length > 0)
  const byName = Map.groupBy(others, ({ group, sender }) => senderKeyName(group, sender))
  return [...byName].map(([key, found]) => {
    const states = new Map<number, SenderKeyState>()
    for (const state of found.flatMap((each) => each.states)) if (!states.has(state.id)) states.set(state.id, state)
    return { kind: senderKeyKind, key, value: serializeSenderKey({ states: boundedStates([...states.values()]) }) }
  })
}

function tokenWrites({ tokens }: ForeignLink, lids: ReadonlyMap<string, string>): CredentialWrite[] {
  const oldestFirst = tokens.toSorted(
    (one, other) => Number(one.entry.timestamp ?? 0) - Number(other.entry.timestamp ?? 0),
  )
  const byChat = new Map<string, CredentialWrite>()
  for (const { jid, entry } of oldestFirst) {
    const parsed = parseJid(jid)!
    const lid = parsed.server === 's.whatsapp.net' ? lids.get(parsed.user) : undefined
    const key = lid ? `${lid}@lid` : `${parsed.user}@${parsed.server}`
    byChat.set(key, { kind: privacyTokenKind, key, value: toStoredJson(entry) })
  }
  return [...byChat.values()]
}
