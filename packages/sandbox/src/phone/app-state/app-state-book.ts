import type { WireNode } from '../../wire/node.ts'
import { child, children, contentBytes, textAttr } from '../../wire/node-access.ts'
import { ExternalBlobReference } from '../../wire/proto/index.ts'
import { fromJson, toJson } from '../json-bytes.ts'
import { openMedia } from '../media/seal-media.ts'
import type { PhoneContext } from '../phone-context.ts'
import { iqNode } from '../phone-stanzas.ts'
import { type AppliedAction, applyPatch, applySnapshot } from './app-state-apply.ts'
import { type AppStateChange, type CollectionState, emptyCollection, sealPatch } from './app-state-patch.ts'
import type { AppStateRecord } from './app-state-record.ts'
import { recoverySnapshot } from './app-state-recovery.ts'

const collectionNamePattern = /^[a-z_]+$/

/** The phone's copy of the account's app state: writes sealed changes, and checks those of companions. */
export class AppStateBook {
  readonly #ctx: PhoneContext
  readonly #collections = new Map<string, CollectionState>()
  /** By collection and index. */
  readonly #records = new Map<string, AppStateRecord>()
  #nextRequest = 1
  /** One thing at a time: what is sealed must follow what was read. */
  #line: Promise<unknown> = Promise.resolve()
  /** Called with every record that is set or taken away, whoever did it. */
  onRecord: (record: AppStateRecord, operation: 'set' | 'remove', by: 'phone' | 'companion') => void = () => {}

  constructor(ctx: PhoneContext) {
    this.#ctx = ctx
    for (const [name, text] of ctx.storage.entries('app-state/')) this.#collections.set(name, parse(name, text))
    for (const [key, text] of ctx.storage.entries('app-state-record/')) this.#records.set(key, fromJson(text))
  }

  versionOf(name: string): number {
    return this.#state(name).version
  }

  records(): AppStateRecord[] {
    return [...this.#records.values()]
  }

  /** Publishes the account's push name. Companions learn their own name from it, and some send no active receipts before they do. */
  async publishPushName(name: string): Promise<void> {
    await this.publish('critical_block', {
      index: ['setting_pushName'],
      value: { pushNameSetting: { name } },
      version: 1,
    })
  }

  /** Fetches and checks what companions have written since. */
  pull(name: string): Promise<void> {
    return collectionNamePattern.test(name) ? this.#inLine(() => this.#pull(name)) : Promise.resolve()
  }

  /** Writes changes as one patch; on top of what companions wrote meanwhile, if they did.
   *  @throws Error when the server does not take it */
  publish(name: string, ...changes: readonly AppStateChange[]): Promise<void> {
    return this.#inLine(() => this.#publish(name, changes))
  }

  /** Fetches the collection as a newly linked client does, and checks every MAC and that it says what this phone holds.
   *  @throws Error naming what does not hold */
  async checkSnapshot(name: string): Promise<{ version: number; records: number }> {
    return this.#inLine(async () => {
      const { version, hash } = this.#state(name)
      const answer = await this.#request({ name, version: String(version), return_snapshot: 'true' })
      const reference = ExternalBlobReference.decode(contentBytes(child(answer, 'snapshot')) ?? new Uint8Array(0))
      const found = this.#ctx.world.media.find(reference.directPath ?? '')
      if (found.status !== 200) throw new Error(`the media host answers ${found.status} for the snapshot of ${name}`)
      const plain = openMedia('md-app-state', found.file.bytes, reference)
      const opened = applySnapshot(name, plain, (id) => this.#keyData(id))
      if (opened.state.version !== version || Buffer.compare(opened.state.hash, hash) !== 0) {
        throw new Error(`the snapshot of ${name} is not what this phone holds at ${version}`)
      }
      return { version, records: opened.actions.length }
    })
  }

  /** The collection in the open, for a companion that lost track. */
  async recovery(name: string): Promise<Uint8Array> {
    await this.pull(name)
    const records = this.records().filter(({ collection }) => collection === name)
    return recoverySnapshot(this.#state(name), this.#ctx.keys.appStateKey, records)
  }

  #inLine<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#line.then(work)
    this.#line = result.catch(() => {})
    return result
  }

  async #pull(name: string): Promise<void> {
    for (;;) {
      const state = this.#state(name)
      const answer = await this.#request({ name, version: String(state.version), return_snapshot: 'false' })
      const applied = this.#apply(name, answer)
      if (!applied || textAttr(answer, 'has_more_patches') !== 'true') return
    }
  }

  async #publish(name: string, changes: readonly AppStateChange[]): Promise<void> {
    const timestamp = this.#ctx.world.clock.now()
    const stamped = changes.map((change) => ({ ...change, value: { timestamp, ...change.value } }))
    for (let attempt = 0; attempt < 3; attempt++) {
      const state = this.#state(name)
      const sealed = sealPatch(state, this.#ctx.keys.appStateKey, ...stamped)
      const patch: WireNode = { tag: 'patch', attrs: {}, content: sealed.patch }
      const answer = await this.#request({ name, version: String(state.version), return_snapshot: 'false' }, [patch])
      if (answer && textAttr(answer, 'type') !== 'error') {
        this.#store(sealed.state)
        for (const change of stamped) {
          const operation = change.remove ? 'remove' : 'set'
          const { index, value, version } = change
          this.#keep({ collection: name, index, value, version }, operation, 'phone')
        }
        return
      }
      // Somebody wrote in between: take that in, then try on top of it.
      await this.#pull(name)
    }
    this.#ctx.note('phone.app_state_failed', { collection: name })
    throw new Error(`the server does not take a change of ${name}`)
  }

  async #request(attrs: Record<string, string>, content?: WireNode[]): Promise<WireNode | undefined> {
    const collection: WireNode = { tag: 'collection', attrs, ...(content ? { content } : {}) }
    const answer = await this.#ctx.submit(
      iqNode(`app-state-${this.#nextRequest++}`, 'set', 'w:sync:app:state', [
        { tag: 'sync', attrs: {}, content: [collection] },
      ]),
    )
    return child(child(answer, 'sync'), 'collection')
  }

  /** False when there was nothing, or nothing that holds. */
  #apply(name: string, collection: WireNode | undefined): boolean {
    const patches = children(child(collection, 'patches') ?? { tag: 'patches', attrs: {} }, 'patch')
    for (const node of patches) {
      try {
        const applied = applyPatch(this.#state(name), contentBytes(node) ?? new Uint8Array(0), (id) =>
          this.#keyData(id),
        )
        const records = applied.actions.map((action) => readRecord(name, action))
        this.#store(applied.state)
        for (const { record, operation } of records) this.#keep(record, operation, 'companion')
      } catch (error) {
        this.#ctx.violation('app_state', String(error))
        return false
      }
    }
    return patches.length > 0
  }

  #keep(record: AppStateRecord, operation: 'set' | 'remove', by: 'phone' | 'companion'): void {
    const key = recordKey(record.collection, record.index)
    if (operation === 'set') this.#records.set(key, record)
    else this.#records.delete(key)
    const { storage } = this.#ctx
    if (storage.durable) storage.write(`app-state-record/${key}`, operation === 'set' ? toJson(record) : undefined)
    const name = record.value.pushNameSetting?.name
    if (operation === 'set' && name !== undefined) this.#ctx.account.pushName = name
    const { collection, index } = record
    this.#ctx.note('phone.app_state', { collection, index, operation, by })
    this.onRecord(record, operation, by)
  }

  #keyData(id: Uint8Array): Uint8Array | undefined {
    const key = this.#ctx.keys.appStateKey
    return Buffer.compare(id, key.id) === 0 ? key.data : undefined
  }

  #state(name: string): CollectionState {
    return this.#collections.get(name) ?? emptyCollection(name)
  }

  #store(state: CollectionState): void {
    this.#collections.set(state.name, state)
    if (this.#ctx.storage.durable) this.#ctx.storage.write(`app-state/${state.name}`, serialize(state))
  }
}

function recordKey(collection: string, index: readonly string[]): string {
  return `${collection}/${JSON.stringify(index)}`
}

function readRecord(
  collection: string,
  action: AppliedAction,
): { record: AppStateRecord; operation: 'set' | 'remove' } {
  const index: unknown = JSON.parse(Buffer.from(action.index ?? []).toString('utf8'))
  if (!Array.isArray(index) || !index.every((part) => typeof part === 'string') || index.length === 0) {
    throw new Error(`an index of ${collection} is not a list of texts`)
  }
  return {
    record: { collection, index, value: action.value ?? {}, version: action.version ?? 1 },
    operation: action.operation,
  }
}

function serialize(state: CollectionState): string {
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
  const valueMacs = [...state.valueMacs].map(([index, mac]) => [index, base64(mac)])
  return JSON.stringify({ version: state.version, hash: base64(state.hash), valueMacs })
}

function parse(name: string, text: string): CollectionState {
  const stored = JSON.parse(text) as { version: number; hash: string; valueMacs: [string, string][] }
  const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'))
  const valueMacs = new Map(stored.valueMacs.map(([index, mac]) => [index, bytes(mac)]))
  return { name, version: stored.version, hash: bytes(stored.hash), valueMacs }
}
