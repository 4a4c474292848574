import type { WireNode } from '../wire/node.ts'
import { child, children, contentBytes, textAttr } from '../wire/node-access.ts'
import { applyPatch } from './app-state-apply.ts'
import { type AppStateChange, type CollectionState, emptyCollection, sealPatch } from './app-state-patch.ts'
import type { PhoneContext } from './phone-context.ts'
import { iqNode } from './phone-stanzas.ts'

const collectionNamePattern = /^[a-z_]+$/

/** The phone's copy of the account's app state: writes sealed changes, and checks those of companions. */
export class AppStateBook {
  readonly #ctx: PhoneContext
  readonly #collections = new Map<string, CollectionState>()
  #nextRequest = 1

  constructor(ctx: PhoneContext) {
    this.#ctx = ctx
    for (const [name, text] of ctx.storage.entries('app-state/')) this.#collections.set(name, parse(name, text))
  }

  versionOf(name: string): number {
    return this.#state(name).version
  }

  /** Publishes the account's push name. Companions learn their own name from it, and some send no active receipts before they do. */
  async publishPushName(name: string): Promise<void> {
    await this.#publish('critical_block', {
      index: ['setting_pushName'],
      value: { timestamp: this.#ctx.world.clock.now(), pushNameSetting: { name } },
      version: 1,
    })
  }

  /** Fetches and checks what companions have written since. */
  async pull(name: string): Promise<void> {
    if (!collectionNamePattern.test(name)) return
    for (;;) {
      const state = this.#state(name)
      const answer = await this.#request({ name, version: String(state.version), return_snapshot: 'false' })
      const applied = this.#apply(name, answer)
      if (!applied || textAttr(answer, 'has_more_patches') !== 'true') return
    }
  }

  async #publish(name: string, change: AppStateChange): Promise<void> {
    for (let attempt = 0; attempt < 3; attempt++) {
      const state = this.#state(name)
      const sealed = sealPatch(state, this.#ctx.keys.appStateKey, change)
      const patch: WireNode = { tag: 'patch', attrs: {}, content: sealed.patch }
      const answer = await this.#request({ name, version: String(state.version), return_snapshot: 'false' }, [patch])
      if (answer && textAttr(answer, 'type') !== 'error') {
        this.#store(sealed.state)
        return
      }
      // Somebody wrote in between: take that in, then try on top of it.
      await this.pull(name)
    }
    this.#ctx.note('phone.app_state_failed', { collection: name })
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
        this.#store(applied.state)
        for (const action of applied.actions) this.#adopt(action.value?.pushNameSetting?.name)
      } catch (error) {
        this.#ctx.violation('app_state', String(error))
        return false
      }
    }
    return patches.length > 0
  }

  #adopt(pushName: string | undefined): void {
    if (pushName !== undefined) this.#ctx.account.pushName = pushName
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
