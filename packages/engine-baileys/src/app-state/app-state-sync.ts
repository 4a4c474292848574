import { gunzipSync } from 'node:zlib'
import { type AppStateMutation, appStateCollections, EngineError, type InboundAppState } from '@switchboard/engine'
import { generateMessageIDV2 } from 'baileys'
import { protocolTypes } from '../content/protocol-types.ts'
import { credsWrite } from '../credentials/creds-codec.ts'
import { sendPeerMessage } from '../outbound/peer-message.ts'
import { codec } from '../proto/codec.ts'
import type { SessionContext } from '../session/session-context.ts'
import { NotStoredError } from '../shared/not-stored-error.ts'
import type { TaskQueue } from '../shared/task-queue.ts'
import { FetchFailed, MissingKey, SpoiltState } from './app-state-error.ts'
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
import { readMutation } from './read-mutation.ts'
import { type OwnMutation, sealPatch } from './seal-patch.ts'

const recoveryCodec = codec('SyncdSnapshotRecovery')
/** Value of `PeerDataOperationRequestType` (seen in: zapo WAProto.proto, whatsmeow appstate recovery). */
export const snapshotRecovery = 8
const maxRecoveryBytes = 256 * 1024 * 1024
/** How often a patch is put on top of what others wrote in between. */
const maxConflicts = 5
const conflict = 409
/** Mutations that are handed over at once: a phone's whole address list must not become one transaction. */
const perItem = 250

interface Parts {
  readonly context: SessionContext
  /** Items leave in one order with everything else that comes in. */
  readonly lane: TaskQueue
  /** The account has another name now. */
  readonly renamed: (name: string) => void
}

interface How {
  /** It happened while this device was away. */
  readonly offline: boolean
  readonly full?: boolean
}

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
  readonly #lane: TaskQueue
  readonly #keys: AppStateKeys
  readonly #renamed: (name: string) => void
  /** Asked for in this connection. */
  readonly #asked = new Set<string>()
  /** Keys that the phone does not have. */
  readonly #lost = new Set<string>()
  #line: Promise<unknown> = Promise.resolve()

  constructor({ context, lane, renamed }: Parts) {
    this.#context = context
    this.#lane = lane
    this.#renamed = renamed
    this.#keys = new AppStateKeys(context)
  }

  /** The session is open: takes in what was never taken in, and continues with what waits. */
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
        await this.#handOver(name, [opened], macs, { offline: true, full: true, recovered: true, isLast: true })
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
      return await this.#handOver(name, all, macs, told, state)
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
      await this.#askForKey(error.keyId)
      return undefined
    }
    await this.#tellFailure(name, taking.full, error)
    if (!taking.spoilt && before.version > 0) {
      Object.assign(taking, { full: true, snapshot: true, spoilt: true })
      return before
    }
    await this.#wait(name, before, 'recovery', true)
    await this.#askForCopy(name)
    return undefined
  }

  async #failed(name: string, state: CollectionState, full: boolean, error: unknown): Promise<void> {
    if (error instanceof NotStoredError || error instanceof EngineError) throw error
    await this.#wait(name, state, 'retry', full)
    await this.#tellFailure(name, full, error)
  }

  async #wait(name: string, state: CollectionState | undefined, what: Waiting, full: boolean): Promise<void> {
    const { version, hash } = state ?? emptyState
    await this.#context.store.save([stateWrite(name, { version, hash, waiting: { for: what, full } })])
  }

  async #tellFailure(collection: string, full: boolean, error: unknown): Promise<void> {
    this.#context.warn(error, 'app state does not hold')
    const text = error instanceof Error ? error.message : String(error)
    const item = { kind: 'app_state_failure', at: Date.now(), offline: false, collection, full, error: text } as const
    await this.#inLane(() => this.#context.store.guard(this.#context.host.receive(item, [])))
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
    const sealed = await sealPatch(mutations, Date.now(), { before, collection: name, key, macs })
    if (!sealed) return true
    const request = { name, version: before.version, snapshot: false, patch: sealed.bytes }
    const [answer] = await askForCollections([request], this.#context)
    if (!answer) throw new EngineError('timeout', 'WhatsApp does not say whether it took the change')
    if (answer.refused === undefined) {
      await this.#handOver(name, [sealed], macs, { offline: false, own: true, isLast: true })
      return true
    }
    if (answer.refused !== conflict) {
      throw new EngineError('refused', 'WhatsApp does not take the change', { remoteCode: answer.refused })
    }
    await this.#pull([name], { offline: false })
    return false
  }

  /** Makes what was taken in durable, and its state with the last of it. */
  async #handOver(
    collection: string,
    all: readonly Opened[],
    macs: ValueMacs,
    told: How & {
      readonly own?: boolean
      readonly recovered?: boolean
      readonly isFirst?: boolean
      readonly isLast: boolean
    },
    state = all.at(-1)!.state,
  ): Promise<CollectionState> {
    const { signal, creds } = this.#context
    const { offline, own = false, full = false, recovered = false, isFirst = true, isLast } = told
    const mutations: AppStateMutation[] = []
    for (const each of all.flatMap(({ mutations: opened }) => opened))
      mutations.push(await readMutation(each, signal.book))
    // A snapshot has no order, and may hold two records about one thing, such as a chat under both of its addresses.
    if (full) mutations.sort((one, other) => one.at - other.at)
    const { version, hash } = state
    const after: CollectionState = { version, hash, ...(!isLast && { waiting: { for: 'more', full } as const }) }
    const renamed = mutations.findLast(({ change }) => change.type === 'push_name')?.change
    const name = renamed?.type === 'push_name' ? renamed.name : undefined
    const writes = [stateWrite(collection, after), ...(await macs.writes())]
    if (name !== undefined) {
      this.#renamed(name)
      writes.push(credsWrite(creds))
    }
    writes.push(...(await this.#learnt(mutations)))
    const parts = Math.max(1, Math.ceil(mutations.length / perItem))
    for (let part = 0; part < parts; part++) {
      const lastPart = part === parts - 1
      const item: InboundAppState = {
        ...{ kind: 'app_state', at: Date.now(), offline: offline || full, collection, version, own },
        mutations: mutations.slice(part * perItem, (part + 1) * perItem),
        ...(full && { full: { isFirst: isFirst && part === 0, isLast: isLast && lastPart, recovered } }),
      }
      await this.#inLane(() => this.#context.store.guard(this.#context.host.receive(item, lastPart ? writes : [])))
    }
    return after
  }

  /** Numbers and LIDs that belong together. */
  async #learnt(mutations: readonly AppStateMutation[]) {
    const pairs = mutations.flatMap(({ change }) => {
      const who = change.type === 'address' || change.type === 'contact' ? change.who : undefined
      return who?.lid && who.jid !== who.lid ? [[who.jid, who.lid].map((jid) => jid.split('@')[0] ?? '')] : []
    })
    const learnt = []
    for (const [phone, lid] of pairs) learnt.push(...(await this.#context.signal.book.learn(phone!, lid!)))
    return learnt
  }

  /** @throws EngineError `closed` when the session ends before */
  async #inLane(work: () => Promise<void>): Promise<void> {
    let done = false
    await this.#lane.add(async () => {
      await work()
      done = true
    })
    if (!done) throw new EngineError('closed', 'the connection is closed')
  }

  /** Asks the phone for a key, once in a connection. */
  async #askForKey(keyId: string): Promise<void> {
    if (this.#asked.has(keyId)) return
    this.#asked.add(keyId)
    const keyIds = [{ keyId: Buffer.from(keyId, 'base64') }]
    await this.#askPhone({ type: protocolTypes.appStateSyncKeyRequest, appStateSyncKeyRequest: { keyIds } })
  }

  /** Asks the phone for its own copy of a collection, once in a connection. */
  async #askForCopy(collectionName: string): Promise<void> {
    if (this.#asked.has(collectionName)) return
    this.#asked.add(collectionName)
    await this.#askPhone({
      type: protocolTypes.peerDataOperationRequest,
      peerDataOperationRequestMessage: {
        peerDataOperationRequestType: snapshotRecovery,
        syncdCollectionFatalRecoveryRequest: { collectionName, timestamp: Math.floor(Date.now() / 1000) },
      },
    })
  }

  async #askPhone(
    protocolMessage: NonNullable<Parameters<typeof sendPeerMessage>[1]['protocolMessage']>,
  ): Promise<void> {
    const id = generateMessageIDV2(this.#context.creds.me?.id)
    await sendPeerMessage(id, { protocolMessage }, this.#context)
  }
}
