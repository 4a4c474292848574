import { type CredentialWrite, EngineError } from '@switchboard/engine'
import { credsWrite } from '../credentials/creds-codec.ts'
import { bytesOfStored, fromStoredJson, toStoredJson } from '../credentials/stored-json.ts'
import type { AppStateSyncKey } from '../generated/messages.ts'
import type { SessionContext } from '../session/session-context.ts'
import type { RatchetSteps } from '../signal/ratchet-steps.ts'
import { MissingKey } from './app-state-error.ts'
import { type MutationKeys, mutationKeys } from './mutation-keys.ts'

/** Kind under which keys are stored, by id. */
const kind = 'app-state-sync-key'

const nameOf = (id: Uint8Array): string => Buffer.from(id).toString('base64')

/** The number that rises with each new key: the last four of six bytes of its id, behind the device that made it (seen in: whatsmeow store). */
export const epochOf = (name: string): number => {
  const id = Buffer.from(name, 'base64')
  return id.length >= 4 ? id.readUInt32BE(id.length - 4) : 0
}

export const appStateKeyWrite = (id: Uint8Array, data: Uint8Array): CredentialWrite => ({
  kind,
  key: nameOf(id),
  value: toStoredJson({ keyData: Buffer.from(data).toString('base64') }),
})

/** What the phone answered when it shared keys. */
export interface SharedKeys {
  /** Ids of keys that it does not have. */
  readonly unknown: readonly string[]
}

/** Takes keys from the phone into `steps`; the newest is used from then on. */
export function takeSharedKeys(
  keys: readonly AppStateSyncKey[],
  steps: RatchetSteps,
  { creds }: SessionContext,
): SharedKeys {
  const unknown: string[] = []
  for (const { keyId, keyData } of keys) {
    if (!keyId?.keyId?.length) continue
    const name = nameOf(keyId.keyId)
    if (!keyData?.keyData?.length) {
      unknown.push(name)
      continue
    }
    steps.add(appStateKeyWrite(keyId.keyId, keyData.keyData))
    if (!creds.myAppStateKeyId || epochOf(name) >= epochOf(creds.myAppStateKeyId)) creds.myAppStateKeyId = name
  }
  steps.add(credsWrite(creds))
  return { unknown }
}

/** The app-state keys of a device, which its phone shares with it. */
export class AppStateKeys {
  readonly #context: SessionContext
  readonly #derived = new Map<string, MutationKeys>()

  constructor(context: SessionContext) {
    this.#context = context
  }

  /** @throws MissingKey */
  async of(id: Uint8Array | undefined): Promise<MutationKeys> {
    const name = nameOf(id ?? new Uint8Array(0))
    const known = this.#derived.get(name)
    if (known) return known
    const bytes = await this.#context.store.load(kind, name)
    const { keyData } = (bytes ? fromStoredJson(bytes) : {}) as { keyData?: Uint8Array | string }
    const data = bytesOfStored(keyData ?? '')
    if (data.length === 0) throw new MissingKey(name)
    // In a copy: a small Buffer keeps the 64 KiB of the pool that it is cut from.
    const keys = mutationKeys(Uint8Array.from(Buffer.from(name, 'base64')), data)
    this.#derived.set(name, keys)
    return keys
  }

  /** The key for what this device writes. @throws EngineError `timeout` before the phone shared one */
  async own(): Promise<MutationKeys> {
    const { myAppStateKeyId } = this.#context.creds
    try {
      if (myAppStateKeyId) return await this.of(Buffer.from(myAppStateKeyId, 'base64'))
    } catch (error) {
      if (!(error instanceof MissingKey)) throw error
    }
    throw new EngineError('timeout', 'the phone has not shared its keys yet')
  }
}
