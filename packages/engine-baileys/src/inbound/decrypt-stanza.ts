import type { BinaryNode } from '@switchboard/link'
import {
  decodePreKeyWhisperMessage,
  decryptMessage,
  decryptPreKeyMessage,
  groupDecrypt,
  hasSessionOf,
  processDistribution,
  SignalError,
} from '@switchboard/signal'
import { decodePreKey, preKeyKind } from '../credentials/pre-keys.ts'
import type { Message } from '../generated/messages.ts'
import { Message as codec } from '../proto/message.ts'
import { unpadMessage } from '../proto/padding.ts'
import type { SessionContext } from '../session/session-context.ts'
import { senderKeyName } from '../signal/device-ratchets.ts'
import type { RatchetSteps } from '../signal/ratchet-steps.ts'
import type { SignalAddress } from '../signal/signal-address.ts'
import { bytesOf, childrenNamed } from '../wire/nodes.ts'

/** What became of a stanza's ciphertexts. */
export type Decrypted =
  | { readonly outcome: 'content'; readonly bytes: Uint8Array; readonly message: Message }
  /** Everything in it was decrypted before: it was delivered again because our acknowledgement was lost. */
  | { readonly outcome: 'duplicate' }
  /** Only a group key was in it. */
  | { readonly outcome: 'nothing' }
  | { readonly outcome: 'failed'; readonly reason: string; readonly sessionLost: boolean }

interface Source {
  readonly context: SessionContext
  readonly steps: RatchetSteps
  readonly author: SignalAddress
  /** The group, when the stanza came through one. */
  readonly group: string | undefined
}

/** Decrypts every ciphertext of a message stanza; the ratchet steps stay uncommitted in `source.steps`. */
export async function decryptStanza(node: BinaryNode, source: Source): Promise<Decrypted> {
  let content: Decrypted | undefined
  let failure: Decrypted | undefined
  let duplicates = 0
  for (const enc of childrenNamed(node, 'enc')) {
    try {
      const found = await decryptOne(enc, source)
      if (found) content = found
    } catch (error) {
      if (error instanceof SignalError && error.code === 'duplicate_message') duplicates++
      else failure = failed(error)
    }
  }
  return content ?? failure ?? { outcome: duplicates > 0 ? 'duplicate' : 'nothing' }
}

function failed(error: unknown): Decrypted {
  const signal = error instanceof SignalError
  if (!signal && !(error instanceof RangeError)) throw error
  return {
    outcome: 'failed',
    reason: signal ? error.code : 'malformed',
    // A new session helps only when the old one is broken.
    sessionLost: signal && (error.code === 'no_session' || error.code === 'bad_mac' || error.code === 'unknown_prekey'),
  }
}

async function decryptOne(enc: BinaryNode, source: Source): Promise<Decrypted | undefined> {
  const ciphertext = bytesOf(enc) ?? new Uint8Array()
  const padded = await plaintextOf(enc.attrs['type'], ciphertext, source)
  const bytes = enc.attrs['v'] === '3' ? padded : unpadMessage(padded)
  const message = codec.decode(bytes)
  const distribution = message.senderKeyDistributionMessage?.axolotlSenderKeyDistributionMessage
  if (distribution && source.group) await learnSenderKey(distribution, source.group, source)
  return isBare(message) ? undefined : { outcome: 'content', bytes: Uint8Array.from(bytes), message }
}

// A key distribution alone says nothing to anybody.
function isBare({ senderKeyDistributionMessage, messageContextInfo: _, ...rest }: Message): boolean {
  return senderKeyDistributionMessage !== undefined && Reflect.ownKeys(rest).length === 0
}

function plaintextOf(type: string | undefined, ciphertext: Uint8Array, source: Source): Promise<Uint8Array> {
  if (type === 'pkmsg') return fromPreKeyMessage(ciphertext, source)
  if (type === 'msg') return fromMessage(ciphertext, source)
  if (type === 'skmsg' && source.group) return fromGroupMessage(ciphertext, source.group, source)
  throw new SignalError('malformed', `a ciphertext of type ${type}`)
}

async function fromMessage(ciphertext: Uint8Array, { context, steps, author }: Source): Promise<Uint8Array> {
  const record = await steps.session(author)
  if (!record) throw new SignalError('no_session', 'no session with this device')
  const step = decryptMessage(record, context.signal.local, ciphertext)
  steps.setSession(author, step.record)
  return step.plaintext
}

async function fromPreKeyMessage(ciphertext: Uint8Array, { context, steps, author }: Source): Promise<Uint8Array> {
  const record = await steps.session(author)
  const message = decodePreKeyWhisperMessage(ciphertext)
  const preKeyId = record && hasSessionOf(record, message) ? undefined : message.preKeyId
  const stored = preKeyId === undefined ? undefined : await context.store.load(preKeyKind, String(preKeyId))
  const { signedPreKey } = context.creds
  const signed = { publicKey: signedPreKey.keyPair.public, privateKey: signedPreKey.keyPair.private }
  const keys = {
    preKey: (id: number) => (id === preKeyId && stored ? decodePreKey(stored) : undefined),
    signedPreKey: (id: number) => (id === signedPreKey.keyId ? signed : undefined),
  }
  const step = decryptPreKeyMessage(record, context.signal.local, keys, ciphertext)
  steps.setSession(author, step.record)
  if (step.usedPreKeyId !== undefined) {
    steps.add({ kind: preKeyKind, key: String(step.usedPreKeyId), value: undefined })
  }
  return step.plaintext
}

async function fromGroupMessage(ciphertext: Uint8Array, group: string, { steps, author }: Source): Promise<Uint8Array> {
  const name = senderKeyName(group, author)
  const record = await steps.senderKey(name)
  if (!record) throw new SignalError('no_sender_key', 'no sender key of this device')
  const step = groupDecrypt(record, ciphertext)
  steps.setSenderKey(name, step.record)
  return step.plaintext
}

async function learnSenderKey(distribution: Uint8Array, group: string, { steps, author }: Source): Promise<void> {
  const name = senderKeyName(group, author)
  steps.setSenderKey(name, processDistribution(await steps.senderKey(name), distribution))
}
