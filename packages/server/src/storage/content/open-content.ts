import type { ContentKeys, DeviceContentKeys } from '../sealing/content-keys.ts'
import type { Sealer } from '../sealing/keyring.ts'
import { SealError, unseal } from '../sealing/sealed-box.ts'
import type { Statement } from '../statement.ts'
import { type ContentRow, type ContentTable, contentContext, contentOf } from './content-columns.ts'
import { type AnyRow, LockedContent } from './locked-content.ts'
import { looksSealed } from './stored-form.ts'
import { ToSeal } from './to-seal.ts'

/** What stands for a value that was sealed with a key that was destroyed. */
const goneJson: ReadonlySet<string> = new Set(['payload', 'facts'])
const gone = (kind: 'text' | 'bytes', column: string) => {
  if (kind === 'bytes') return null
  return goneJson.has(column) ? '{}' : null
}

/** Content with its keys. */
export class OpenContent extends LockedContent {
  override readonly isOn: boolean
  readonly #keys: ContentKeys
  /** Bytes that were opened, and what they were. */
  readonly #stored = new WeakMap<Uint8Array, Uint8Array>()

  constructor(dialect: 'sqlite' | 'postgres', keys: ContentKeys, isOn: boolean) {
    super(dialect)
    this.#keys = keys
    this.isOn = isOn
  }

  override ofNewDevice(deviceId: string, sealer: Sealer, at: number): Statement[] {
    return this.isOn ? [this.#keys.ofNewDevice(deviceId, sealer, at)] : []
  }

  override forget(deviceId: string): void {
    this.#keys.forget(deviceId)
  }

  override asStored(bytes: Uint8Array): Uint8Array {
    return this.#stored.get(bytes) ?? bytes
  }

  protected override one(table: ContentTable, column: string, kind: 'text' | 'bytes', row: object, value: unknown) {
    if (value === undefined || value === null || (value as string | Uint8Array).length === 0) return value
    if (!this.isOn && !looksSealed(value)) return value
    const { device_id: deviceId } = row as ContentRow<'chat'>
    return new ToSeal(deviceId, kind, contentContext(table, column, row as AnyRow), value as string | Uint8Array)
  }

  protected override async open(table: ContentTable, column: string, row: AnyRow, value: string | Uint8Array) {
    const kind = contentOf(table).columns[column]!
    const sealed = this.form.decode(value)
    const key = await this.#keyOf(String(row['device_id']), sealed)
    if (key === 'destroyed') return gone(kind, column)
    if (!key) throw new SealError(`The key of a row of ${table} is lost`)
    const plain = unseal(key, contentContext(table, column, row), sealed)
    if (kind === 'text') return Buffer.from(plain.buffer, plain.byteOffset, plain.byteLength).toString()
    this.#stored.set(plain, sealed)
    return plain
  }

  async #keyOf(deviceId: string, sealed: Uint8Array): Promise<ReturnType<DeviceContentKeys['find']>> {
    const known = this.#keys.inMemory(deviceId)?.find(sealed) ?? (await this.#keys.of(deviceId)).find(sealed)
    if (known) return known
    // Another node may have made it.
    this.#keys.forget(deviceId)
    return (await this.#keys.of(deviceId)).find(sealed)
  }
}
