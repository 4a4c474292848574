import { type MovedDevice, parseJid } from '@switchboard/engine'
import {
  type Chain,
  deserializeSenderKey,
  deserializeSession,
  hkdf,
  noSalt,
  prefixed,
  type ReceivingChain,
  type SenderKeyState,
  type SessionState,
} from '@switchboard/signal'
import type { DeviceCreds } from '../credentials/device-creds.ts'
import { decodePreKey } from '../credentials/pre-keys.ts'
import { fromStoredJson } from '../credentials/stored-json.ts'

/** A row of one of whatsmeow's tables. */
export interface WhatsmeowRow {
  readonly table: string
  readonly row: Readonly<Record<string, string | number | boolean | Uint8Array>>
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
const publicKey = (key: Uint8Array): string => base64(prefixed(key))
const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value))

/** A link as whatsmeow would keep it: rows for its tables. Skipped keys are kept as what is derived of their seeds, as there.
 *  @param byPhone sessions and tokens stand under numbers, as before LIDs were known */
export function whatsmeowRows(link: MovedDevice, { byPhone = false } = {}): WhatsmeowRow[] {
  const kinds = Map.groupBy(link.secrets, ({ kind }) => kind)
  const all = (kind: string) => (kinds.get(kind) ?? []).map(({ key, value }) => ({ key, value: value! }))
  const creds = fromStoredJson(all('creds')[0]!.value) as DeviceCreds
  const jid = creds.me!.id
  const phones = new Map(link.addresses.map((each) => [each.lid, each.jid]))
  const named = (address: string) => {
    const { user, server, device } = parseJid(address)!
    const phone = byPhone ? phones.get(`${user}@${server}`) : undefined
    return phone ? `${parseJid(phone)!.user}:${device}` : `${user}${server === 'lid' ? '_1' : ''}:${device}`
  }
  return [
    { table: 'version', row: { version: 15, compat: 8 } },
    { table: 'device', row: deviceRow(creds) },
    ...all('pre-key').map(({ key, value }) => {
      const row = { jid, key_id: Number(key), key: decodePreKey(value).privateKey, uploaded: true }
      return { table: 'pre_keys', row }
    }),
    ...all('session').map(({ key, value }) => {
      return { table: 'sessions', row: { our_jid: jid, their_id: named(key), session: sessionOf(value, creds) } }
    }),
    ...all('sender-key').map(({ key, value }) => {
      const [group = '', sender = ''] = key.split('|')
      return {
        table: 'sender_keys',
        row: { our_jid: jid, chat_id: group, sender_id: named(sender), sender_key: senderKeyOf(value) },
      }
    }),
    ...all('app-state-sync-key').map(({ key, value }) => {
      const { keyData } = fromStoredJson(value) as { keyData: string }
      const row = { jid, key_id: Buffer.from(key, 'base64'), key_data: Buffer.from(keyData, 'base64') }
      return { table: 'app_state_sync_keys', row: { ...row, timestamp: 1, fingerprint: Buffer.alloc(1) } }
    }),
    ...link.addresses.map((pair) => {
      return { table: 'lid_map', row: { lid: parseJid(pair.lid)!.user, pn: parseJid(pair.jid)!.user } }
    }),
  ]
}

function deviceRow(creds: DeviceCreds) {
  const { account, me, signedPreKey } = creds
  return {
    jid: me!.id,
    lid: me!.lid!,
    registration_id: creds.registrationId,
    ...{ noise_key: creds.noiseKey.private, identity_key: creds.signedIdentityKey.private },
    signed_pre_key: signedPreKey.keyPair.private,
    signed_pre_key_id: signedPreKey.keyId,
    signed_pre_key_sig: signedPreKey.signature,
    adv_key: Buffer.from(creds.advSecretKey, 'base64'),
    adv_details: account!.details!,
    adv_account_sig: account!.accountSignature!,
    adv_account_sig_key: account!.accountSignatureKey!,
    adv_device_sig: account!.deviceSignature!,
    ...{ platform: creds.platform ?? '', business_name: '', push_name: me!.name ?? '' },
  }
}

const chainKey = ({ key, counter }: Chain) => ({ Key: base64(key), Index: counter })

function sessionOf(stored: Uint8Array, creds: DeviceCreds): Uint8Array {
  const { current } = deserializeSession(stored)
  return json({ SessionState: current && stateOf(current, creds), PreviousStates: null })
}

function stateOf(state: SessionState, creds: DeviceCreds) {
  const { pending, sending } = state
  const preKey = pending && { Value: pending.preKeyId ?? 0, IsEmpty: pending.preKeyId === undefined }
  return {
    LocalIdentityPublic: publicKey(creds.signedIdentityKey.public),
    LocalRegistrationID: creds.registrationId,
    NeedsRefresh: false,
    PendingKeyExchange: null,
    PendingPreKey: pending
      ? { PreKeyID: preKey, SignedPreKeyID: pending.signedPreKeyId, BaseKey: publicKey(state.baseKey) }
      : null,
    PreviousCounter: state.previousCounter,
    ReceiverChains: state.receiving.toReversed().map(receiverOf),
    RemoteIdentityPublic: publicKey(state.remoteIdentity),
    RemoteRegistrationID: state.remoteRegistrationId,
    RootKey: base64(state.rootKey),
    SenderBaseKey: publicKey(state.baseKey),
    SenderChain: {
      SenderRatchetKeyPublic: publicKey(state.ratchet.publicKey),
      SenderRatchetKeyPrivate: base64(state.ratchet.privateKey),
      ChainKey: chainKey(sending!),
      MessageKeys: [],
    },
    SessionVersion: 3,
  }
}

function receiverOf(chain: ReceivingChain) {
  const keys = chain.skipped.gaps.flat().map(({ counter, secret }) => {
    const derived = hkdf(secret, noSalt, Buffer.from('WhisperMessageKeys'), 80)
    const [cipher, mac, iv] = [derived.subarray(0, 32), derived.subarray(32, 64), derived.subarray(64)]
    return { CipherKey: base64(cipher), MacKey: base64(mac), IV: base64(iv), Index: counter }
  })
  const ratchet = { SenderRatchetKeyPublic: publicKey(chain.ratchetKey), SenderRatchetKeyPrivate: null }
  return { ...ratchet, ChainKey: chainKey(chain), MessageKeys: keys }
}

const senderKeyOf = (stored: Uint8Array): Uint8Array =>
  json({ SenderKeyStates: deserializeSenderKey(stored).states.map(senderKeyStateOf) })

function senderKeyStateOf(state: SenderKeyState) {
  return {
    Keys: state.skipped.gaps.flat().map(({ counter, secret }) => ({
      ...{ Iteration: counter, Seed: base64(secret) },
      ...{ IV: base64(Buffer.alloc(16)), CipherKey: base64(Buffer.alloc(32)) },
    })),
    KeyID: state.id,
    SenderChainKey: { Iteration: state.counter, ChainKey: base64(state.key) },
    SigningKeyPrivate: null,
    SigningKeyPublic: publicKey(state.signingKey),
  }
}
