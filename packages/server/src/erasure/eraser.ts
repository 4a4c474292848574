import type { Engine } from '@switchboard/engine'
import type { Clock } from '../clock.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { AppError } from '../errors/app-error.ts'
import type { Media } from '../media/media.ts'
import type { OutgoingFiles } from '../media/outgoing-files.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Database, Statement } from '../storage/database.ts'
import { eraseEvents, eraseRest } from '../storage/erasure/erase-subject.ts'
import { added, most, type Removal, type Scene } from '../storage/erasure/removal.ts'
import { keptFiles, keptFilesOfDevice, ownBodies, waitingFiles } from '../storage/erasure/sent-files.ts'
import { needlesOf, type Subject } from '../storage/erasure/subject.ts'
import { countDevice, countTenant, removeTenantRows } from '../storage/erasure/whole.ts'
import { type Counts, ErasureStore, type StoredErasure } from '../storage/erasure-store.ts'
import { fence } from '../storage/fence.ts'
import type { KeptFile } from '../storage/kept-file-store.ts'
import { keyScope } from '../storage/scope.ts'
import type { Keyring } from '../storage/sealing/keyring.ts'
import type { Tenants } from '../tenants/tenants.ts'
import type { Webhooks } from '../webhooks/webhooks.ts'
import { subjectKind } from './subject-kind.ts'

interface Parts {
  readonly media: Media
  readonly outgoingFiles: OutgoingFiles
  readonly tenants: Pick<Tenants, 'devices' | 'apiKeys' | 'sendPolicies'>
  readonly webhooks: Webhooks
  readonly sessions: Sessions
  readonly database: Database
  readonly engine: Pick<Engine, 'mediaIn'>
  readonly keyring: Keyring
  readonly cluster: Pick<Cluster, 'own'>
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Lets a device rest meanwhile. */
  readonly rest: <Result>(deviceId: string, task: () => Promise<Result>) => Promise<Result>
}

/** What must not be found in the files afterwards; undefined: nothing tells, so that they are written anew. */
export type Needles = readonly string[]

/** Removes what an erasure is about. Each step notes what it removed in the unit that does it; one that was cut off begins again, and finds less. */
export class Eraser {
  readonly #parts: Parts
  readonly #store: ErasureStore

  constructor(parts: Parts) {
    this.#parts = parts
    this.#store = new ErasureStore(parts.database)
  }

  /** Removes everything; what is left is to clean the files. @throws when it gets no further now; it is tried again */
  async run(erasure: StoredErasure): Promise<Needles> {
    if (erasure.kind === 'tenant') return this.#tenant(erasure)
    const { deviceId } = erasure
    // It was deleted meanwhile, with all that was to be erased.
    if (deviceId === null || this.#parts.tenants.devices.apiKeyOf(deviceId) === undefined) return this.#gone(erasure)
    return erasure.kind === 'device' ? this.#device(erasure, deviceId) : this.#subject(erasure, deviceId)
  }

  async #subject(erasure: StoredErasure, deviceId: string): Promise<Needles> {
    const { database, keyring, cluster, clock, webhooks, signal } = this.#parts
    if (!erasure.subject) return this.#gone(erasure)
    const sealer = await keyring.forDevice(deviceId)
    const addresses = JSON.parse(Buffer.from(sealer.open(subjectKind, erasure.id, erasure.subject)).toString())
    const subject: Subject = { kind: erasure.kind === 'chat' ? 'chat' : 'contact', addresses }
    const scene: Scene = { database, deviceId, subject }
    let { counts } = erasure
    const steps = eraseEvents(scene)
    let after = 0
    for (;;) {
      const step = await steps.next()
      if (step.done) {
        after = step.value
        break
      }
      counts = await this.#apply(erasure, counts, step.value, this.#parts.sessions.fence(deviceId))
      signal.throwIfAborted()
    }
    await this.#parts.rest(deviceId, async () => {
      await webhooks.forgetErased(deviceId)
      const ownership = await cluster.own.claim(deviceId)
      if (!ownership) throw new AppError('not_ready', 'The device is on its way to another node')
      const fenced = [fence(database, deviceId, ownership)]
      const files = await this.#filesOf(scene)
      for await (const removal of eraseRest(scene, { after, now: clock.now() })) {
        counts = await this.#apply(erasure, counts, removal, fenced)
      }
      counts = added(counts, { files: await this.#removeFiles(erasure, deviceId, files) })
      const change = { state: 'cleaning', subject: null } as const
      await database.commit([this.#store.note(erasure, counts, clock.now(), change)], { lane: deviceId })
    })
    if (counts['send_policy']) await this.#parts.tenants.sendPolicies.readAll()
    // Events about the last of it may have been written down while it rested: what follows is new.
    return needlesOf(subject)
  }

  async #apply(
    erasure: StoredErasure,
    counts: Counts,
    removal: Removal,
    fenced: readonly Statement[],
  ): Promise<Counts> {
    const { database, clock } = this.#parts
    const sum = added(counts, removal.counts)
    const note = this.#store.note(erasure, sum, clock.now(), { state: 'running' })
    await database.commit([...fenced, ...removal.statements, note], { lane: erasure.deviceId ?? '' })
    return sum
  }

  /** Looked for before the messages that have them are gone. */
  async #filesOf(scene: Scene): Promise<{ kept: KeptFile[]; sent: Set<string>; waiting: Set<string> }> {
    const sent = new Set<string>()
    for await (const body of ownBodies(scene)) {
      const sha256 = this.#parts.engine.mediaIn(body)?.file.sha256
      if (sha256) sent.add(Buffer.from(sha256).toString('hex'))
    }
    return { kept: await keptFiles(scene), sent, waiting: await waitingFiles(scene) }
  }

  async #removeFiles(
    { createdAt }: StoredErasure,
    deviceId: string,
    { kept, sent, waiting }: { kept: readonly KeptFile[]; sent: ReadonlySet<string>; waiting: ReadonlySet<string> },
  ): Promise<number> {
    const { media, outgoingFiles, signal } = this.#parts
    const removed = await media.removeUnused(kept, createdAt, signal)
    const isMeant = ({ id, sha256 }: { id: string; sha256: string }) => sent.has(sha256) || waiting.has(id)
    return removed + (await outgoingFiles.removeSent(deviceId, isMeant))
  }

  async #device(erasure: StoredErasure, deviceId: string): Promise<Needles> {
    const { database, tenants, sessions, webhooks, outgoingFiles, media, signal } = this.#parts
    const [counts, kept, outgoing] = await Promise.all([
      countDevice(database, deviceId),
      keptFilesOfDevice({ database, deviceId }),
      outgoingFiles.idsOf(deviceId),
    ])
    await this.#note(erasure, counts, 'running')
    const owner = { kind: 'api_key', apiKeyId: erasure.apiKeyId } as const
    await tenants.devices.delete(deviceId, (id) => sessions.remove(id), owner).catch(unlessMissing)
    webhooks.forget(deviceId)
    await outgoingFiles.removeAll(outgoing)
    const removed = (await media.removeUnused(kept, erasure.createdAt, signal)) + outgoing.length
    await this.#note(erasure, added(counts, { files: removed }), 'cleaning')
    return []
  }

  /** Its devices are gone by now. */
  async #tenant(erasure: StoredErasure): Promise<Needles> {
    const { database, tenants, webhooks, media, clock, signal } = this.#parts
    const { apiKeyId } = erasure
    // It may have been counted before, by a process that was killed.
    const counts = most(erasure.counts, await countTenant(database, apiKeyId))
    await this.#note(erasure, counts, 'running')
    const removeDevice = async () => {
      throw new AppError('not_ready', 'A device of the API key is still there')
    }
    await tenants.apiKeys.delete(apiKeyId, removeDevice).catch(unlessMissing)
    webhooks.forget(keyScope(apiKeyId))
    await database.commit(removeTenantRows(database, apiKeyId), { lane: keyScope(apiKeyId) })
    const files = await media.removeUnused([], clock.now(), signal)
    await this.#note(erasure, added(counts, { files }), 'cleaning')
    return []
  }

  async #gone(erasure: StoredErasure): Promise<Needles> {
    await this.#note(erasure, erasure.counts, 'cleaning')
    return []
  }

  async #note(erasure: StoredErasure, counts: Counts, state: 'running' | 'cleaning'): Promise<void> {
    const { database, clock } = this.#parts
    const change = { state, ...(state === 'cleaning' && { subject: null }) }
    await database.commit([this.#store.note(erasure, counts, clock.now(), change)])
  }
}

const unlessMissing = (error: unknown): void => {
  const isGone = error instanceof AppError && (error.code === 'device_not_found' || error.code === 'api_key_not_found')
  if (!isGone) throw error
}
