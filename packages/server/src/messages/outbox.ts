import type { Session } from '@switchboard/engine'
import { AppError } from '../errors/app-error.ts'
import type { Intent, WaitingSends } from '../storage/intent-store.ts'
import { mayPass } from '../storage/storage-error.ts'
import { DeviceOutbox } from './device-outbox.ts'
import { nameOf, type OutboxParts, type Sending } from './outbox-parts.ts'
import { databasePauseMs, SendEnds } from './send-ends.ts'
import { SendSetbacks } from './send-setbacks.ts'
import { sessionIfOpen } from './session-if-open.ts'
import { Transmitter } from './transmitter.ts'

/** A prepared send may be written again under its id for so long; after that nobody can say whether it arrived. */
const resendWindowMs = 5 * 60_000
/** A queued send that found no connection for so long is given up. */
const queuedWindowMs = 24 * 60 * 60_000
const overduePerSweep = 200
/** Sends that are read from the database at once; the next ones are read when these have had their turn. */
const batchSize = 200
/** With so many before it, a send waits in the database instead of in memory. */
const fullLane = 1_000
/** With so many uploads before it, a send waits in the database, and so does what came after it. */
const mostUploading = 64
/** With so few before it, a send is as good as on its way. */
const shortLane = 16

/** Takes durable sends to their end, those of a device in the order in which they were accepted. They have their turns in the device's lane while it is
 *  connected; while it is not, or while others wait in the database, they wait there too and are read in order once it is. */
export class Outbox {
  readonly #parts: OutboxParts
  readonly #ends: SendEnds
  readonly #setbacks: SendSetbacks
  readonly #transmitter: Transmitter
  readonly #devices = new Map<string, DeviceOutbox>()
  /** Sends that this process works on, with the session that carries them once written. */
  readonly #active = new Map<string, Session | undefined>()
  readonly #timers = new Set<NodeJS.Timeout>()
  /** Devices that are read again once the database answers. */
  readonly #resuming = new Set<string>()
  #stopped = false

  constructor(parts: OutboxParts) {
    this.#parts = parts
    this.#ends = new SendEnds(parts, (intent) => {
      this.#active.delete(nameOf(intent))
      this.#setbacks.forget(intent)
      if (intent.media_id !== null) void parts.files.release(intent.device_id, intent.media_id)
    })
    const common = {
      ...parts,
      ends: this.#ends,
      active: this.#active,
      outboxOf: (deviceId: string) => this.#of(deviceId),
    }
    this.#setbacks = new SendSetbacks({
      ...common,
      readOn: (deviceId) => this.#readOn(deviceId),
      readLater: (deviceId, ms) => this.#later(ms, () => this.resume(deviceId)),
      readWhenDatabaseAnswers: (deviceId) => this.#whenDatabaseAnswers(deviceId),
    })
    this.#transmitter = new Transmitter({ ...common, setbacks: this.#setbacks })
  }

  /** Takes note of what an earlier process left, before anything new is taken. What belongs to a link that is gone fails now: nobody would come back to it. */
  async start(left: readonly WaitingSends[]): Promise<void> {
    for (const { deviceId } of left) this.#of(deviceId).behind = true
    for (const { deviceId, linked } of left) if (!linked) await this.loggedOut(deviceId)
  }

  /** Whether a send would leave as soon as it is stored: it may then be stored as prepared at once, which saves a commit. */
  isClear(deviceId: string): boolean {
    if (this.#of(deviceId).behind || !this.#openSession(deviceId)) return false
    return this.#parts.sessions.lane(deviceId).size < shortLane
  }

  /** Begins a send for which {@link isClear} holds while it is made durable. @returns false when nothing more is begun here */
  begin(intent: Sending, stored: Promise<unknown>): boolean {
    if (this.#stopped || this.#active.has(nameOf(intent))) return false
    this.#active.set(nameOf(intent), undefined)
    this.#turn(intent, this.#of(intent.device_id).line, true, stored)
    return true
  }

  /** Sends what was made durable just now. One that is worked on already is left alone. */
  enqueue(intent: Intent): void {
    if (this.#stopped || this.#active.has(nameOf(intent))) return
    const { device_id: deviceId } = intent
    const box = this.#of(deviceId)
    const full = this.#parts.sessions.lane(deviceId).size >= fullLane
    if (!box.behind && !full && this.#openSession(deviceId)) {
      this.#take(intent, box.line, true)
      return
    }
    box.behind = true
    if (intent.state === 'queued') {
      this.#readOn(deviceId)
      return
    }
    this.#active.set(nameOf(intent), undefined)
    box.leaves(this.#setbacks.stepAside(intent, true))
  }

  /** The device is connected: continues with what waits, as soon as the database answers. */
  resume(deviceId: string): void {
    this.#of(deviceId).behind = true
    this.#readOn(deviceId)
  }

  /** The link is gone: what is queued failed, of what may have left nobody knows. Nothing of it leaves under another link. */
  async loggedOut(deviceId: string): Promise<void> {
    this.#of(deviceId).cut()
    for await (const batch of this.#unfinished(deviceId, { scheduled: true })) {
      for (const intent of batch) {
        if (intent.state === 'prepared') await this.#ends.givenUp(intent)
        else await this.#ends.failed(intent, 'logged_out')
      }
    }
  }

  /** Another process works with the device from now on: nothing more of it is begun here. What stands in its lane steps aside. */
  leave(deviceId: string): void {
    this.#devices.get(deviceId)?.cut()
    this.#devices.delete(deviceId)
  }

  /** Ends sends that waited too long. */
  async sweep(): Promise<void> {
    const { clock, intents, sessions } = this.#parts
    const now = clock.now()
    const overdue = await intents.overdue(now - queuedWindowMs, now - resendWindowMs, overduePerSweep)
    for (const intent of overdue) {
      const isOurs = sessions.isResponsible(intent.device_id) && !this.#active.has(nameOf(intent))
      if (isOurs && !this.#hasItsTurnYet(intent)) await this.#ends.givenUp(intent)
    }
  }

  /** It is not for want of a connection that it waits: those before it leave slowly. */
  #hasItsTurnYet({ state, device_id: deviceId }: Intent): boolean {
    return state === 'queued' && this.#parts.governor.isSlow(deviceId) && this.#openSession(deviceId) !== undefined
  }

  stop(): void {
    this.#stopped = true
    this.#transmitter.stop()
    this.#setbacks.stop()
    this.#ends.stop()
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
  }

  #of(deviceId: string): DeviceOutbox {
    let box = this.#devices.get(deviceId)
    if (!box) {
      box = new DeviceOutbox()
      this.#devices.set(deviceId, box)
    }
    return box
  }

  #openSession(deviceId: string): Session | undefined {
    return sessionIfOpen(this.#parts.sessions, deviceId)
  }

  /** Gives a send its turn in the lane, once its file is uploaded. @param fresh it was never handed to a session */
  #take(intent: Intent, line: AbortSignal, fresh: boolean): void {
    this.#active.set(nameOf(intent), undefined)
    if (intent.media_id === null) this.#turn(intent, line, fresh)
    else this.#takeUploaded(intent, line, fresh)
  }

  /** Files are uploaded next to the lane, so that texts need not wait for them. Those of a device take their turns in the order in which they were accepted. */
  #takeUploaded(intent: Intent, line: AbortSignal, fresh: boolean): void {
    const box = this.#of(intent.device_id)
    const completed = this.#transmitter.complete(intent, line)
    const before = box.lastUpload
    box.uploading += 1
    box.lastUpload = (async () => {
      const complete = await completed
      await before
      box.uploading -= 1
      if (complete) this.#turn(complete, line, fresh)
    })()
  }

  #turn(intent: Sending, line: AbortSignal, fresh: boolean, stored?: Promise<unknown>): void {
    const name = nameOf(intent)
    const turn = this.#parts.sessions
      .lane(intent.device_id)
      .run(() => this.#transmitter.transmit(intent, line, { fresh, stored }))
      .catch((error) => {
        this.#parts.logger.error({ device: intent.device_id, err: error }, 'a send step failed')
        this.#active.delete(name)
        this.#whenDatabaseAnswers(intent.device_id)
      })
    this.#of(intent.device_id).stands(turn, line)
  }

  /** Reads what waits in the database, if the device is connected and this is not under way; what came since it began is read, too. */
  #readOn(deviceId: string): void {
    const box = this.#of(deviceId)
    box.more = true
    if (!box.reading) void this.#read(deviceId, box)
  }

  async #read(deviceId: string, box: DeviceOutbox): Promise<void> {
    const goesOn = () => !this.#stopped && this.#openSession(deviceId) !== undefined
    box.reading = true
    try {
      while (box.more && goesOn()) {
        box.more = false
        await box.left()
        await this.#readThrough(deviceId, box.line)
      }
      // From here to the end nothing else runs: what comes next finds nobody before it.
      if (!box.more && goesOn()) box.behind = false
    } catch (error) {
      if (!mayPass(error))
        this.#parts.logger.error({ device: deviceId, err: error }, 'unfinished sends could not be read')
      this.#whenDatabaseAnswers(deviceId)
    } finally {
      box.reading = false
    }
  }

  /** Gives everything that waits its turn, in order and no more at once than one batch. */
  async #readThrough(deviceId: string, line: AbortSignal): Promise<void> {
    const { sessions, clock } = this.#parts
    let waiting = 0
    for await (const batch of this.#unfinished(deviceId)) {
      for (const intent of batch) {
        if (this.#stopped || line.aborted) return
        if (this.#active.has(nameOf(intent))) continue
        if (intent.media_id !== null && this.#of(deviceId).uploading >= mostUploading)
          await this.#of(deviceId).lastUpload
        if (isOverdue(intent, clock.now()) && !this.#hasItsTurnYet(intent)) await this.#ends.givenUp(intent)
        else this.#take(intent, line, false)
      }
      waiting += batch.length
      // An empty task comes to its turn when those before it have had theirs.
      if (waiting >= batchSize) await sessions.lane(deviceId).run(async () => undefined)
    }
  }

  /** Unfinished sends of a device, oldest first, in batches. */
  async *#unfinished(deviceId: string, { scheduled = false } = {}): AsyncGenerator<Intent[]> {
    for (let after: Intent | undefined; ; ) {
      const batch = await this.#parts.intents.ofDevice(deviceId, { after, limit: batchSize, scheduled })
      if (batch.length > 0) yield batch
      if (batch.length < batchSize) return
      after = batch.at(-1)
    }
  }

  /** Something of the device could not be read or stored: its connection may stay open, so that nothing else would continue its sends. */
  #whenDatabaseAnswers(deviceId: string): void {
    this.#of(deviceId).behind = true
    if (this.#resuming.has(deviceId)) return
    this.#resuming.add(deviceId)
    this.#later(databasePauseMs, () => {
      this.#resuming.delete(deviceId)
      this.resume(deviceId)
    })
  }

  #later(ms: number, task: () => void): void {
    if (this.#stopped) return
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      task()
    }, ms).unref()
    this.#timers.add(timer)
  }
}

const isOverdue = (intent: Intent, now: number): boolean =>
  intent.state === 'queued'
    ? now - Number(intent.released_at ?? intent.created_at) > queuedWindowMs
    : now - Number(intent.prepared_at) > resendWindowMs

/** The send was not queued any more. */
export const notCancellable = (): AppError => new AppError('message_not_cancellable')
