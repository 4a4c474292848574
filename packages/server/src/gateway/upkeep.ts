import type { Logger } from '@switchboard/engine'
import type { Config } from '../config/config.ts'
import type { Media } from '../media/media.ts'
import type { Retentions } from '../retention/retentions.ts'
import { ActStore } from '../storage/act-store.ts'
import { CallStore } from '../storage/call-store.ts'
import { ChangeStore } from '../storage/change-store.ts'
import { ChatwootStore } from '../storage/chatwoot-store.ts'
import type { Database } from '../storage/database.ts'
import { DueSendStore } from '../storage/due-send-store.ts'
import { pruneEvents } from '../storage/event-retention.ts'
import { IdempotencyStore } from '../storage/idempotency-store.ts'
import { numberKeyLogs, pruneKeyLogs } from '../storage/key-log-store.ts'
import { NodeStore } from '../storage/node-store.ts'
import { pruneMessages } from '../storage/old-messages.ts'
import { ProposalStore } from '../storage/proposal-store.ts'
import { pruneAudit } from '../storage/retention-store.ts'
import { SafetyStore } from '../storage/safety-store.ts'
import { SendLimitStore } from '../storage/send-limit-store.ts'
import { StatusAudienceStore } from '../storage/status-audience-store.ts'
import { TakenStanzaStore } from '../storage/taken-stanza-store.ts'

const hourMs = 60 * 60 * 1000
const dayMs = 24 * hourMs
/** Soon enough for a gateway that is restarted every day, late enough not to hold up its start. */
const firstAfterMs = 60_000

/** WhatsApp keeps what an account has not taken for 30 days, and then lets it go. */
const takenStanzaDays = 31

/** Nobody sees a post that long, and nothing of it is sent any more. */
const audienceDays = 3

/** Of the messages of a day nobody asks once it is over, wherever it is day. */
const countDays = 3
/** How long it is known how sends fared, and what WhatsApp restricted. */
const safetyDays = 45

/** Chatwoot repeats a webhook within seconds. */
const agentSendDays = 7

/** What became of a proposal can be asked for so long. */
const proposalDays = 30

interface UpkeepParts {
  readonly database: Database
  readonly media?: Pick<Media, 'upkeep'>
  readonly retentions: Pick<Retentions, 'cutoffs'>
  readonly config: Pick<Config, 'autoReply'>
  readonly log: Logger
  /** The time by which things are old, Unix ms. */
  readonly age: () => number
  /** One of several gateways does it for all. */
  readonly mayRun?: () => Promise<boolean>
}

/** Keeps the database from growing without end: deletes old events, Idempotency-Keys and acts now and then. */
export class Upkeep {
  readonly #parts: UpkeepParts
  readonly #stopping = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | undefined

  constructor(parts: UpkeepParts) {
    this.#parts = parts
  }

  start(afterMs = firstAfterMs): void {
    this.#timer = setTimeout(() => {
      this.#running = this.#round()
        .catch((err) => this.#parts.log.error({ err }, 'upkeep failed; it is tried again in an hour'))
        .finally(() => this.#stopping.signal.aborted || this.start(hourMs))
    }, afterMs).unref()
  }

  /** Every gateway knows the days of the event log, whoever of them does the rest. */
  async #round(): Promise<void> {
    await this.#parts.database.days?.prepare(this.#parts.age())
    await this.run()
  }

  /** One round. */
  async run(): Promise<void> {
    const { database, media, config, age, retentions } = this.#parts
    const { signal } = this.#stopping
    if (!(await (this.#parts.mayRun?.() ?? true))) return
    const now = age()
    await new IdempotencyStore(database).purge(now - dayMs, signal)
    await new ActStore(database).purge(now - dayMs, signal)
    await new TakenStanzaStore(database).purge(now - takenStanzaDays * dayMs)
    await new StatusAudienceStore(database).purge(now - audienceDays * dayMs)
    await media?.upkeep(now, await retentions.cutoffs('media', now), signal)
    await new ChatwootStore(database).purge(now - agentSendDays * dayMs)
    await new CallStore(database).purge(now - takenStanzaDays * dayMs)
    await new DueSendStore(database).purge(now - config.autoReply.intervalMs)
    await new SendLimitStore(database).purge(now - countDays * dayMs)
    await new SafetyStore(database).purge(Math.floor(now / dayMs) - safetyDays, now - safetyDays * dayMs)
    await new ChangeStore(database).purge()
    if (database.dialect === 'postgres') await new NodeStore(database).purge()
    await new ProposalStore(database).upkeep(now, now - proposalDays * dayMs)
    await numberKeyLogs(database, signal)
    await pruneMessages(database, await retentions.cutoffs('messages', now), now, signal)
    await pruneAudit(database, await retentions.cutoffs('audit', now), signal)
    await pruneEvents(database, await retentions.cutoffs('events', now), signal)
    await pruneKeyLogs(database, signal)
  }

  /** Resolves when nothing of it is under way. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    clearTimeout(this.#timer)
    await this.#running
  }
}
