import { type AppStateMutation, EngineError, type InboundAppState } from '@switchboard/engine'
import { credsWrite } from '../credentials/creds-codec.ts'
import type { PrivacyTokens } from '../outbound/privacy-tokens.ts'
import type { SessionContext } from '../session/session-context.ts'
import type { TaskQueue } from '../shared/task-queue.ts'
import { type CollectionState, stateWrite, type ValueMacs } from './collection-state.ts'
import { isContactSalt, saltIn } from './contact-salt.ts'
import type { Opened } from './open-patch.ts'
import { readMutation } from './read-mutation.ts'

/** Mutations that are handed over at once: a phone's whole address list must not become one transaction. */
const perItem = 250

export interface ItemParts {
  readonly context: SessionContext
  /** Items leave in one order with everything else that comes in. */
  readonly lane: TaskQueue
  /** The account has another name now. */
  readonly renamed: (name: string) => void
  /** Get the salt of the account. */
  readonly tokens: Pick<PrivacyTokens, 'learnSalt'>
}

/** How changes come. */
export interface How {
  /** They happened while this device was away. */
  readonly offline: boolean
  readonly full?: boolean
}

/** Hands the account's state to the host: what changed, and that something of it does not hold. */
export class AppStateItems {
  readonly #context: SessionContext
  readonly #lane: TaskQueue
  readonly #renamed: (name: string) => void
  readonly #tokens: ItemParts['tokens']

  constructor({ context, lane, renamed, tokens }: ItemParts) {
    this.#context = context
    this.#lane = lane
    this.#renamed = renamed
    this.#tokens = tokens
  }

  /** Makes what was taken in durable, and its state with the last of it. @throws NotStoredError, EngineError `closed` */
  async handOver(
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
    const records = all.flatMap(({ mutations: opened }) => opened)
    for (const each of records) mutations.push(await readMutation(each, signal.book))
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
    const salt = records.findLast(isContactSalt)
    if (salt) writes.push(...this.#tokens.learnSalt(saltIn(salt)))
    const parts = Math.max(1, Math.ceil(mutations.length / perItem))
    for (let part = 0; part < parts; part++) {
      const lastPart = part === parts - 1
      const item: InboundAppState = {
        ...{ kind: 'app_state', at: this.#context.clock.now(), offline: offline || full, collection, version, own },
        mutations: mutations.slice(part * perItem, (part + 1) * perItem),
        ...(full && { full: { isFirst: isFirst && part === 0, isLast: isLast && lastPart, recovered } }),
      }
      await this.#inLane(() => this.#context.store.guard(this.#context.host.receive(item, lastPart ? writes : [])))
    }
    return after
  }

  /** @throws NotStoredError, EngineError `closed` */
  async tellFailure(collection: string, full: boolean, error: unknown): Promise<void> {
    this.#context.warn(error, 'app state does not hold')
    const text = error instanceof Error ? error.message : String(error)
    const item = {
      kind: 'app_state_failure',
      at: this.#context.clock.now(),
      offline: false,
      collection,
      full,
      error: text,
    } as const
    await this.#inLane(() => this.#context.store.guard(this.#context.host.receive(item, [])))
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
    if (!(await this.#lane.add(work))) throw new EngineError('closed', 'the connection is closed')
  }
}
