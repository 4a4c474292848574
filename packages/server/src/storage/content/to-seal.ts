import { bindable } from '../bindable.ts'
import { type SealingKey, seal } from '../sealing/sealed-box.ts'
import type { StoredForm } from './stored-form.ts'

/** Stands where a sealed value goes until its unit is committed. No database takes it as it is. */
export class ToSeal {
  readonly deviceId: string
  readonly #kind: 'text' | 'bytes'
  readonly #context: string
  readonly #plain: string | Uint8Array

  constructor(deviceId: string, kind: 'text' | 'bytes', context: string, plain: string | Uint8Array) {
    this.deviceId = deviceId
    this.#kind = kind
    this.#context = context
    this.#plain = plain
  }

  seal(key: SealingKey, form: StoredForm): string | Uint8Array {
    const plain = typeof this.#plain === 'string' ? Buffer.from(bindable(this.#plain) as string) : this.#plain
    return form.encode(this.#kind, seal(key, this.#context, plain))
  }
}
