import { gunzipSync } from 'node:zlib'
import { appStateCollections, EngineError } from '@switchboard/engine'
import { codec } from '../proto/codec.ts'
import type { SessionContext } from '../session/session-context.ts'
import { NotStoredError } from '../shared/not-stored-error.ts'
import { FetchFailed, MissingKey, SpoiltState } from './app-state-error.ts'
import { AppStateItems, type How, type ItemParts } from './app-state-items.ts'
import { AppStateKeys, type SharedKeys } from './app-state-keys.ts'
import {
  type CollectionState,
  emptyState,
  loadState,
  loadStates,
  stateWrite,
  ValueMacs,
  type Waiting,
} from './collection-state.ts'
import { askForCollections, type CollectionAnswer, patchesIn, snapshotIn } from './fetch-collections.ts'
import { type Opened, openPatch, openRecovery, openSnapshot } from './open-patch.ts'
import { PhoneRequests } from './phone-requests.ts'
import { type OwnMutation, sealPatch } from './seal-patch.ts'

const recoveryCodec = codec('SyncdSnapshotRecovery')
const maxRecoveryBytes = 256 * 1024 * 1024
/** How often a patch is put on top of what others wrote in between. */
const maxConflicts = 5
const conflict = 409

/** How a collection is being taken in. */
interface Taking {
  full: boolean
  /** Ask for all of it. */
  snapshot: boolean
  /** It did not hold before. */
  spoilt: boolean
}

/**
 * The state that all devices of the account share: takes in what they write, and writes. Everything is checked (library: bad records are left out and
 * nobody learns of it). What a record means, its MAC and the collection's version become durable together. One thing is done at a time.
 */
export class AppStateSync {
  readonly #context: SessionContext
  readonly #keys: AppStateKeys
  readonly #items: AppStateItems
  readonly #phone: PhoneRequests
  /** Keys that the phone does not have. */
  readonly #lost = new Set<string>()
  #line: Promise<unknown> = Promise.resolve()

  constructor(parts: ItemParts) {
    const { context } = parts
    this.#context = context
    this.#keys = new AppStateKeys(context)
    this.#items = new AppStateItems(parts)
    this.#phone = new PhoneRequests(context)
  }

  /** The session is open, and something was never taken in or waits: takes it in. */
  opened(): void {
    if (this.#context.creds.myAppStateKeyId) this.#quietly(() => this.#resume())
  }

  /** The phone shared keys. */
  keysArrived({ unknown }: SharedKeys): void {
    for (const keyId of unknown) this.#lost.add(keyId)
    this.#quietly(() => this.#resume())
  }

  /** Others wrote to these collections. Resolves when that is taken in, or noted as to be tried again. @throws NotStoredError */
  async changed(names: readonly string[], offline: boolean): Promise<void> {
    if (this.#context.creds.myAppStateKeyId) await this.#inLine(() => this.#pull(names, { offline }))
  }

  /** @throws EngineError `timeout`, `refused` */
  sync(name: string, { full, ifNeverSynced }: { full: boolean; ifNeverSynced: boolean }): Promise<{ version: number }> {
    return this.#inLine(async () => {
      const before = await loadState(this.#context.store, name)
      if (ifNeverSynced && before && !before.waiting) return { version: before.version }
      await this.#pull([name], { offline: true, full })
      return { version: (await this.#readyState(name)).version }
    })
  }

  /** Writes records to a collection, on top of whatever others write at the same time. Resolves when WhatsApp has them and they are durable here.
   *  @throws EngineError `timeout`, `refused` */
  publish(name: string, mutations: readonly OwnMutation[]): Promise<void> {
    return this.#inLine(async () => {
      await this.#keys.own()
      const known = await loadState(this.#context.store, name)
      if (!known || known.waiting) await this.#pull([name], { offline: true })
      for (let attempt = 0; attempt < maxConflicts; attempt++) {
        if (await this.#upload(name, mutations)) return
      }
      throw new EngineError('refused', 'other devices change the same at the same time', { remoteCode: conflict })
    })
  }

  /** The phone's own copy of a collection, which was asked for. */
  recovered(snapshot: Uint8Array, compressed: boolean): void {
    this.#quietly(async () => {
      const bytes = compressed ? gunzipSync(snapshot, { maxOutputLength: maxRecoveryBytes }) : snapshot
      const recovery = recoveryCodec.decode(bytes)
      const name = recovery.collectionName ?? ''
      const state = await loadState(this.#context.store, name)
      if (state?.waiting?.for !== 'recovery') return
      const macs = new ValueMacs(this.#context.store, name)
      try {
        const opened = await openRecovery(recovery, { collection: name, keys: this.#keys, macs })
        await this.#items.handOver(name, [opened], macs, { offline: true, full: true, recovered: true, isLast: true })
      } catch (error) {
        return this.#failed(name, state, true, error)
      }
      await this.#pull([name], { offline: true })
    })
  }

  /** Resolves when nothing runs any more. */
  async settled(): Promise<void> {
    await this.#line
  }

  #inLine<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#line.then(work)
    this.#line = result.catch(() => {})
    return result
  }

  #quietly(work: () => Promise<void>): void {
    this.#inLine(work).catch((error) => this.#context.warn(error, 'app state could not be taken in'))
  }

  /** Takes in those that were never taken in, and those that wait. */
  async #resume(): Promise<void> {
    const states = await loadStates(this.#context.store)
    const waiting = appStateCollections.filter((name) => !states.has(name) || states.get(name)?.waiting)
    await this.#pull(waiting, { offline: true }, states)
  }

  async #pull(names: readonly string[], how: How, known?: Map<string, CollectionState>): Promise<void> {
    const states = known ?? (await loadStates(this.#context.store))
    const open = new Map<string, Taking>()
    for (const name of names) {
      const state = states.get(name)
      const full = how.full || !state || (state.waiting?.full ?? false)
      const restarts = how.full || state?.waiting?.for === 'recovery'
      open.set(name, { full: full || restarts, snapshot: restarts || !state?.version, spoilt: false })
    }
    while (open.size > 0) {
      const asked = [...open.keys()]
      const answers = await this.#ask(open, states)
      for (const answer of answers.values()) {
        const taking = open.get(answer.name)
        if (!taking) continue
        const state = await this.#take(answer, states.get(answer.name) ?? emptyState, taking, how)
        if (state) states.set(answer.name, state)
        if (!state || (!state.waiting && !taking.snapshot)) open.delete(answer.name)
      }
      // A server that does not answer for a collection would be asked without end.
      for (const name of asked) if (!answers.has(name)) open.delete(name)
    }
  }

  async #ask(
    open: ReadonlyMap<string, Taking>,
    states: ReadonlyMap<string, CollectionState>,
  ): Promise<Map<string, CollectionAnswer>> {
    const requests = [...open].map(([name, { snapshot }]) => {
      return { name, version: states.get(name)?.version ?? 0, snapshot }
    })
    try {
      const answers = await askForCollections(requests, this.#context)
      return new Map(answers.map((answer) => [answer.name, answer]))
    } catch (error) {
      if (error instanceof EngineError && error.code !== 'closed') {
        for (const [name, { full }] of open) await this.#wait(name, states.get(name), 'retry', full)
      }
      throw error
    }
  }

  /** Takes in one answer. Undefined: no more is to be asked now; the collection waits, or nothing of it is there. */
  async #take(
    answer: CollectionAnswer,
    before: CollectionState,
    taking: Taking,
    how: How,
  ): Promise<CollectionState | undefined> {
    const { name, node, hasMore, refused } = answer
    if (refused !== undefined) {
      await this.#failed(name, before, taking.full, new Error(`WhatsApp refuses the collection: ${refused}`))
      return undefined
    }
    try {
      const macs = new ValueMacs(this.#context.store, name)
      const opening = { collection: name, keys: this.#keys, macs }
      const snapshot = await snapshotIn(node, this.#context)
      const all: Opened[] = snapshot ? [await openSnapshot(snapshot, opening)] : []
      if (taking.snapshot && !snapshot && before.version > 0) throw new SpoiltState('the server gave no snapshot')
      let state = all[0]?.state ?? before
      for (const patch of await patchesIn(node, this.#context)) {
        // What is known already comes along at times.
        if ((patch.version?.version ?? state.version + 1) <= state.version) continue
        const opened = await openPatch(patch, state, opening)
        all.push(opened)
        state = opened.state
      }
      if (hasMore && all.length === 0) throw new SpoiltState('a page without patches')
      taking.snapshot = false
      if (all.length === 0 && !hasMore && !taking.full && !before.waiting) return before
      const isFirst = snapshot !== undefined || before.version === 0
      const told = { ...how, full: taking.full, isFirst, isLast: !hasMore }
      return await this.#items.handOver(name, all, macs, told, state)
    } catch (error) {
      return this.#didNotHold(name, before, taking, error)
    }
  }

  /** What follows when something did not hold: all of it is fetched again, then the phone is asked for its own copy. */
  async #didNotHold(
    name: string,
    before: CollectionState,
    taking: Taking,
    error: unknown,
  ): Promise<CollectionState | undefined> {
    if (error instanceof NotStoredError || error instanceof EngineError) throw error
    if (error instanceof FetchFailed && !taking.spoilt) {
      await this.#failed(name, before, taking.full, error)
      return undefined
    }
    // A key that the phone does not have either is as if the records did not hold.
    if (error instanceof MissingKey && !this.#lost.has(error.keyId)) {
      await this.#wait(name, before, 'keys', taking.full)
      await this.#phone.askForKey(error.keyId)
      return undefined
    }
    await this.#items.tellFailure(name, taking.full, error)
    if (!taking.spoilt && before.version > 0) {
      Object.assign(taking, { full: true, snapshot: true, spoilt: true })
      return before
    }
    await this.#wait(name, before, 'recovery', true)
    await this.#phone.askForCopy(name)
    return undefined
  }

  async #failed(name: string, state: CollectionState, full: boolean, error: unknown): Promise<void> {
    if (error instanceof NotStoredError || error instanceof EngineError) throw error
    await this.#wait(name, state, 'retry', full)
    await this.#items.tellFailure(name, full, error)
  }

  async #wait(name: string, state: CollectionState | undefined, what: Waiting, full: boolean): Promise<void> {
    const { version, hash } = state ?? emptyState
    await this.#context.store.save([stateWrite(name, { version, hash, waiting: { for: what, full } })])
  }

  /** @throws EngineError while the collection is not known as it should be */
  async #readyState(name: string): Promise<CollectionState> {
    const state = await loadState(this.#context.store, name)
    if (state && !state.waiting) return state
    const why = state?.waiting?.for === 'keys' ? 'the phone has not shared its keys yet' : 'it is being recovered'
    throw new EngineError('timeout', why)
  }

  /** False: somebody else was faster, and what they wrote is taken in. */
  async #upload(name: string, mutations: readonly OwnMutation[]): Promise<boolean> {
    const before = await this.#readyState(name)
    const macs = new ValueMacs(this.#context.store, name)
    const key = await this.#keys.own()
    const sealed = await sealPatch(mutations, this.#context.clock.now(), { before, collection: name, key, macs })
    if (!sealed) return true
    const request = { name, version: before.version, snapshot: false, patch: sealed.bytes }
    const [answer] = await askForCollections([request], this.#context)
    if (!answer) throw new EngineError('timeout', 'WhatsApp does not say whether it took the change')
    if (answer.refused === undefined) {
      await this.#items.handOver(name, [sealed], macs, { offline: false, own: true, isLast: true })
      return true
    }
    if (answer.refused !== conflict) {
      throw new EngineError('refused', 'WhatsApp does not take the change', { remoteCode: answer.refused })
    }
    await this.#pull([name], { offline: false })
    return false
  }
}
