import { createHmac, hkdfSync } from 'node:crypto'
import { isLidJid, isPhoneJid } from '@switchboard/engine'
import { uuidv7 } from 'uuidv7'
import type { Clock } from '../clock.ts'
import { AppError } from '../errors/app-error.ts'
import { refusedField } from '../errors/refused-field.ts'
import type { Messages } from '../messages/messages.ts'
import { noteChange } from '../observe/note-change.ts'
import type { Database } from '../storage/database.ts'
import { findDevice, listDevices } from '../storage/device-store.ts'
import { knownAs } from '../storage/erasure/known-as.ts'
import { userOf } from '../storage/erasure/subject.ts'
import { type ErasureKind, ErasureStore, type NewErasure, type StoredErasure } from '../storage/erasure-store.ts'
import type { Keyring } from '../storage/sealing/keyring.ts'
import { parseMasterKey } from '../storage/sealing/parse-master-key.ts'
import { readSessionRow } from '../storage/session-store.ts'
import type { RunErasures } from './run-erasures.ts'
import { subjectKind } from './subject-kind.ts'

export type { StoredErasure }

interface ErasureParts {
  readonly database: Database
  readonly keyring: Keyring
  readonly masterKey: string
  readonly messages: Pick<Messages, 'resolveChat'>
  readonly clock: Clock
}

/** Who asks. */
interface Asked {
  readonly apiKeyId: number
  /** As the audit names actors. */
  readonly by: string
}

/** What is to be erased, and what was: every request is written down before anything is done. */
export class Erasures {
  readonly #parts: ErasureParts
  readonly #store: ErasureStore
  readonly #hashKey: Uint8Array
  readonly #runner: RunErasures

  constructor(parts: ErasureParts, runner: RunErasures) {
    this.#runner = runner
    this.#parts = parts
    this.#store = new ErasureStore(parts.database)
    const master = parseMasterKey(parts.masterKey)
    this.#hashKey = new Uint8Array(hkdfSync('sha256', master, new Uint8Array(0), 'switchboard erased subjects', 32))
  }

  /** Continues with what an earlier process left. */
  start(): void {
    void this.#runner.wake()
  }

  /** Ends after the step that is under way. */
  stop(): Promise<void> {
    return this.#runner.stop()
  }

  /** Which hash stands for an address in what remains. The same number has the same one as long as the master key is the same. */
  hashOf(jid: string): string {
    return createHmac('sha256', this.#hashKey).update(userOf(jid)).digest('hex')
  }

  /** A person or a chat, in one device or in all of an API key.
   *  @throws AppError device_not_found | invalid_request | invalid_jid | invalid_phone */
  async ask(
    kind: 'contact' | 'chat',
    address: string,
    { apiKeyId, by, deviceId }: Asked & { readonly deviceId: string | undefined },
  ): Promise<StoredErasure[]> {
    const { database, keyring } = this.#parts
    const devices = deviceId === undefined ? await this.#devicesOf(apiKeyId) : [deviceId]
    if (devices.length === 0) throw new AppError('device_not_found', 'The API key has no device')
    const requestId = newId()
    const parts: NewErasure[] = []
    for (const [place, id] of devices.entries()) {
      const jid = await this.#parts.messages.resolveChat(id, address)
      const addresses = await knownAs(database, id, jid)
      await this.#refuseOwn(kind, id, addresses)
      const own = place === 0 ? requestId : newId()
      const sealer = await keyring.forDevice(id)
      const named = addresses.find(isPhoneJid) ?? addresses.find(isLidJid) ?? jid
      const subjectHash = this.hashOf(named)
      const others = new Set(addresses.map((each) => this.hashOf(each)))
      others.delete(subjectHash)
      parts.push({
        ...this.#part(kind, own, requestId, { apiKeyId, by }, id),
        subject: sealer.seal(subjectKind, own, Buffer.from(JSON.stringify(addresses))),
        ...{ subjectHash, otherHashes: [...others] },
      })
    }
    return this.#write(parts)
  }

  /** A device, with everything that is stored of it. @throws AppError device_not_found */
  async askDevice(deviceId: string, { apiKeyId, by }: Asked): Promise<StoredErasure[]> {
    const found = await findDevice(this.#parts.database, deviceId)
    if (!found || found.apiKeyId !== apiKeyId) throw new AppError('device_not_found')
    const id = newId()
    return this.#write([this.#part('device', id, id, { apiKeyId, by }, deviceId)])
  }

  /** An API key that is switched off, with its devices and everything of them. */
  async askTenant({ apiKeyId, by }: Asked): Promise<StoredErasure[]> {
    const requestId = newId()
    const devices = await this.#devicesOf(apiKeyId)
    return this.#write([
      this.#part('tenant', requestId, requestId, { apiKeyId, by }, null),
      ...devices.map((deviceId) => this.#part('device', newId(), requestId, { apiKeyId, by }, deviceId)),
    ])
  }

  /** The parts of a request, when it is there and is of this API key, or of this device. @throws AppError erasure_not_found */
  async get(id: string, of: { apiKeyId?: number; deviceId?: string } = {}): Promise<StoredErasure[]> {
    const parts = await this.#store.ofRequest(id)
    const isTheirs = (part: StoredErasure) =>
      (of.apiKeyId === undefined || part.apiKeyId === of.apiKeyId) &&
      (of.deviceId === undefined || part.deviceId === of.deviceId)
    const own = parts.filter(isTheirs)
    if (own.length === 0) throw new AppError('erasure_not_found')
    return own
  }

  /** Requests, newest first, each with its parts. */
  async list(search: Parameters<ErasureStore['list']>[0]): Promise<StoredErasure[][]> {
    const parts = await this.#store.list(search)
    const own = parts.filter(({ deviceId }) => search.deviceId === undefined || deviceId === search.deviceId)
    return [...Map.groupBy(own, ({ requestId }) => requestId).values()]
  }

  #part(
    kind: ErasureKind,
    id: string,
    requestId: string,
    { apiKeyId, by }: Asked,
    deviceId: string | null,
  ): NewErasure {
    const createdAt = this.#parts.clock.now()
    const about = { id, kind, apiKeyId, deviceId, requestId, askedBy: by, createdAt }
    return { ...about, subject: null, subjectHash: null, otherHashes: [] }
  }

  async #write(parts: readonly NewErasure[]): Promise<StoredErasure[]> {
    const { database, clock } = this.#parts
    const [{ kind, requestId, apiKeyId, deviceId, askedBy, subjectHash }] = parts as [NewErasure]
    const about = { target: requestId, apiKeyId, at: clock.now(), otherwise: askedBy }
    const detail = [
      kind,
      ...(parts.length === 1 && deviceId ? [deviceId] : []),
      ...(subjectHash ? [`#${subjectHash.slice(0, 12)}`] : []),
    ]
    await database.commit([
      ...parts.map((part) => this.#store.insert(part)),
      noteChange(database, { ...about, action: 'erasure.requested', detail: detail.join(' ') }),
    ])
    void this.#runner.wake()
    return this.#store.ofRequest(requestId)
  }

  async #devicesOf(apiKeyId: number): Promise<string[]> {
    return (await listDevices(this.#parts.database, { apiKeyId })).map(({ id }) => id)
  }

  /** What the account is without itself is the device. */
  async #refuseOwn(kind: 'contact' | 'chat', deviceId: string, addresses: readonly string[]): Promise<void> {
    if (kind === 'chat') return
    const row = await readSessionRow(this.#parts.database, deviceId)
    const own = [row.jid, row.lid].map((jid) => jid && userOf(jid))
    if (addresses.some((jid) => own.includes(userOf(jid)))) {
      throw refusedField('body.address', 'is the account of the device itself. Erase the device')
    }
  }
}

const newId = (): string => `ers_${uuidv7().replaceAll('-', '')}`
