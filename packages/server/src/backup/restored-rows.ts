import type { Rewind } from '@switchboard/engine'
import type { BackupRow } from '../storage/backup/snapshot.ts'
import { keyScope } from '../storage/scope.ts'
import type { DataKeys } from '../storage/sealing/data-keys.ts'
import type { Keyring, Sealer } from '../storage/sealing/keyring.ts'
import { stoppedState } from '../storage/session-store.ts'

interface Parts {
  readonly keys: DataKeys
  readonly keyring: Pick<Keyring, 'withDataKey'>
  readonly createRewind: () => Rewind
  /** Nothing happened after the backup: ratchets are the last that were in use. */
  readonly isLastState: boolean
}

/** States of a message that was on its way. */
const underWay: ReadonlySet<unknown> = new Set(['queued', 'sending'])

/** Rows of a backup as they are restored. A link waits until a person connects it, and what may have happened since does not happen twice. */
export class RestoredRows {
  readonly #parts: Parts
  readonly #sealers = new Map<unknown, Sealer>()
  #rewinding: { readonly deviceId: unknown; readonly rewind: Rewind } | undefined

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Tables come in the order of a backup. */
  of(table: string, rows: readonly BackupRow[]): BackupRow[] {
    return rows.flatMap((row) => {
      const kept = this.#one(table, row)
      return kept ? [kept] : []
    })
  }

  #one(table: string, row: BackupRow): BackupRow | undefined {
    if (table === 'api_key') return this.#resealed(keyScope(Number(row['id'])), row)
    if (table === 'device') return this.#device(row)
    if (this.#parts.isLastState) return row
    if (table === 'credential') return this.#credential(row)
    // It has probably left since: whether it did is not known here.
    if (table === 'send_intent') return row['state'] === 'scheduled' ? row : undefined
    const isLost = table === 'message' && row['from_me'] === 1 && underWay.has(row['state'])
    return isLost ? { ...row, state: 'unknown', state_reason: 'restored' } : row
  }

  #resealed(scope: string, row: BackupRow): BackupRow {
    const key = row['data_key_sealed']
    return key instanceof Uint8Array ? { ...row, data_key_sealed: this.#parts.keys.seal(scope, key) } : row
  }

  #device(row: BackupRow): BackupRow {
    const id = String(row['id'])
    const kept = this.#resealed(id, row)
    this.#sealers.set(id, this.#parts.keyring.withDataKey(id, kept['data_key_sealed'] as Uint8Array))
    const isLinked = kept['status'] === 'active' || kept['status'] === 'disconnected'
    const stopped = { status: 'disconnected', state: stoppedState, state_reason: 'restored' }
    return { ...kept, owner: null, ...(isLinked && stopped) }
  }

  #credential(row: BackupRow): BackupRow | undefined {
    const { device_id: deviceId } = row
    if (this.#rewinding?.deviceId !== deviceId) this.#rewinding = { deviceId, rewind: this.#parts.createRewind() }
    const [kind, key] = [String(row['kind']), String(row['key'])]
    const sealer = this.#sealers.get(deviceId)
    // A device that was deleted while the backup was made.
    if (!sealer) return undefined
    const opened = sealer.open(kind, key, row['value'] as Uint8Array)
    const value = this.#rewinding!.rewind({ kind, key, value: opened })
    if (value === opened) return row
    return value && { ...row, value: sealer.seal(kind, key, value) }
  }
}
