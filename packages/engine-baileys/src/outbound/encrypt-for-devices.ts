import { setImmediate as nextTurn } from 'node:timers/promises'
import type { BinaryNode } from '@switchboard/link'
import {
  encryptMessage,
  hasOpenSession,
  type PreKeyBundle,
  type SessionRecord,
  SignalError,
  startSession,
} from '@switchboard/signal'
import type { SessionContext } from '../session/session-context.ts'
import type { RatchetSteps } from '../signal/ratchet-steps.ts'
import type { SignalAddress } from '../signal/signal-address.ts'

/** A device to encrypt for, with the bundle that was fetched for it when there was no session. */
export interface DeviceTarget {
  readonly jid: string
  readonly address: SignalAddress
  readonly bundle: PreKeyBundle | undefined
}

export interface Ciphertext {
  readonly jid: string
  readonly type: 'pkmsg' | 'msg'
  readonly ciphertext: Uint8Array
}

/** Encrypts for one device, starting a session from its bundle if need be; undefined when that is impossible. */
export async function encryptFor(
  target: DeviceTarget,
  plaintext: Uint8Array,
  steps: RatchetSteps,
  context: SessionContext,
): Promise<Ciphertext | undefined> {
  const known = await steps.session(target.address)
  const record = known && hasOpenSession(known) ? known : freshSession(target, known, context)
  if (!record) return undefined
  const step = encryptMessage(record, context.signal.local, plaintext)
  steps.setSession(target.address, step.record)
  return { jid: target.jid, type: step.type, ciphertext: step.ciphertext }
}

/** Devices that are encrypted for before others get a turn: a new session takes a millisecond or two. */
const devicesATurn = 4

/** The same for many; devices that cannot be encrypted for are left out. */
export async function encryptForAll(
  targets: readonly DeviceTarget[],
  plaintext: Uint8Array,
  steps: RatchetSteps,
  context: SessionContext,
): Promise<Ciphertext[]> {
  await steps.readAhead(targets.map(({ address }) => address))
  const all: Ciphertext[] = []
  for (const [place, target] of targets.entries()) {
    if (place > 0 && place % devicesATurn === 0) await nextTurn()
    const one = await encryptFor(target, plaintext, steps, context)
    if (one) all.push(one)
  }
  return all
}

function freshSession(
  { bundle }: DeviceTarget,
  existing: SessionRecord | undefined,
  { signal, logger, options }: SessionContext,
): SessionRecord | undefined {
  if (!bundle) return undefined
  try {
    return startSession(signal.local, bundle, existing)
  } catch (error) {
    if (!(error instanceof SignalError)) throw error
    // The log gets no address: addresses are people's numbers.
    logger.warn({ device: options.deviceId, code: error.code }, 'a prekey bundle was refused')
    return undefined
  }
}

/** One ciphertext as the stanza carries it. */
export function encNode({ type, ciphertext }: Ciphertext, attrs: Readonly<Record<string, string>> = {}): BinaryNode {
  return { tag: 'enc', attrs: { v: '2', type, ...attrs }, content: ciphertext }
}
