import type { IncomingMessage, ServerResponse } from 'node:http'
import { createControlHandler } from '../control/control-handler.ts'
import { fromJson, toJson } from '../phone/json-bytes.ts'
import { makePersona, type PersonaName, type PersonaScript } from '../phone/persona.ts'
import { Phone } from '../phone/phone.ts'
import { generatePhoneKeys, type PhoneKeys } from '../phone/phone-keys.ts'
import { noStorage, type PhoneStorage, scopedStorage } from '../phone/phone-storage.ts'
import { SandboxServer } from '../server/sandbox-server.ts'
import type { Account, Device } from '../world/account.ts'
import type { Addressing } from '../world/address.ts'
import type { Clock } from '../world/clock.ts'
import type { Unhandled } from '../world/unhandled-log.ts'
import { World } from '../world/world.ts'
import type { WorldEvent } from '../world/world-log.ts'
import { endStream } from './end-stream.ts'
import { FaultCommands } from './fault-commands.ts'
import { SqliteStorage } from './sqlite-storage.ts'
import { WorldKeeper } from './world-keeper.ts'

export interface SandboxOptions {
  /** Everything but key material and message ids repeats with the same seed. */
  seed?: number
  /** 0 (the default) takes any free port. */
  port?: number
  /** Loopback unless told otherwise. */
  host?: string
  clock?: Clock
  /** Serves the control API on the same port. */
  control?: boolean
  /** Bearer token that the control API asks for; none by default, since it listens on loopback. */
  controlToken?: string
  /** Keeps people, keys, sessions and mailboxes in this directory, so that linked clients stay linked over a restart. In memory only by default. */
  dataDir?: string
  /** Named to those who ask the control API where things are. */
  gatewayUrl?: string
}

export interface NewPhone {
  name?: string
  /** Digits of the phone number; made up when absent. */
  phone?: string
  persona?: PersonaName | PersonaScript
  /** How this phone addresses people: by hidden id, as phones do today, or by phone number. */
  addressing?: Addressing
}

/** A whole WhatsApp in this process: people with phones, and a server that clients connect to. */
export class Sandbox {
  readonly world: World
  readonly fault: FaultCommands
  readonly gatewayUrl: string | undefined
  readonly #phones = new Map<string, Phone>()
  readonly #storage: SqliteStorage | undefined
  readonly #keeper: WorldKeeper | undefined
  readonly #unsubscribe: () => void
  #server: SandboxServer | undefined

  /** Starts a world and listens. */
  static async start(options: SandboxOptions = {}): Promise<Sandbox> {
    const sandbox = new Sandbox(options)
    const { port = 0, host = '127.0.0.1', control, controlToken } = options
    const onRequest = control ? createControlHandler(sandbox, controlToken) : undefined
    sandbox.#server = await SandboxServer.start(sandbox.world, { port, host, ...(onRequest ? { onRequest } : {}) })
    return sandbox
  }

  private constructor(options: SandboxOptions) {
    const { seed = 1, clock, gatewayUrl, dataDir } = options
    this.#storage = dataDir === undefined ? undefined : new SqliteStorage(dataDir)
    this.#keeper = this.#storage && new WorldKeeper(this.#storage)
    this.world = new World({
      seed: seed + (this.#keeper?.nextLife() ?? 0),
      ...(clock ? { clock } : {}),
      ...(this.#keeper ? { keys: this.#keeper.keys() } : {}),
    })
    this.gatewayUrl = gatewayUrl
    this.fault = new FaultCommands(this.world)
    this.#keeper?.attach(this.world)
    for (const account of this.world.accounts()) this.#restorePhone(account)
    this.#unsubscribe = this.world.log.subscribe((event) => this.#onEvent(event))
  }

  get server(): SandboxServer {
    if (!this.#server) throw new Error('this sandbox is not listening')
    return this.#server
  }

  /** Where clients connect. */
  get socketUrl(): string {
    return this.server.url
  }

  /** Where media and the control API are. */
  get origin(): string {
    return this.server.origin
  }

  /** The key that clients must trust instead of WhatsApp's: public half of the certificate root, 32 bytes in hex. */
  get rootKeyHex(): string {
    return Buffer.from(this.world.keys.noiseRoot.publicKey).toString('hex')
  }

  /** Stanzas that nobody could answer; tests end with none. */
  get unhandled(): Unhandled[] {
    return this.world.unhandled.list()
  }

  /** A new person with a phone that is switched on. */
  async phone(options: NewPhone = {}): Promise<Phone> {
    // Together or not at all: an account whose phone keys are lost could never be used again.
    const phone = this.#storage ? this.#storage.batch(() => this.#createPhone(options)) : this.#createPhone(options)
    this.#phones.set(phone.id, phone)
    return phone
  }

  #createPhone(options: NewPhone): Phone {
    const { name, phone: number, persona, addressing } = options
    const account = this.world.createAccount({ name: name ?? 'Somebody', ...(number ? { phone: number } : {}) })
    const storage = this.#storageOf(account)
    const keys = generatePhoneKeys()
    storage.write('keys', toJson(keys))
    if (typeof persona === 'string') storage.write('persona', persona)
    if (addressing) storage.write('addressing', addressing)
    return Phone.create(this.world, account, {
      ...{ keys, storage, persona: makePersona(persona) },
      ...(addressing ? { addressing } : {}),
    })
  }

  /** Switches a phone of an earlier life on again. A scripted persona is silent from then on: scripts are not kept. */
  #restorePhone(account: Account): void {
    const storage = this.#storageOf(account)
    const stored = (key: string): string | undefined => [...storage.entries(key)][0]?.[1]
    const keys = stored('keys')
    const device = account.devices.get(0)
    if (!keys || !device) return
    const addressing = stored('addressing') as Addressing | undefined
    const phone = new Phone(this.world, device, {
      ...{
        keys: fromJson<PhoneKeys>(keys),
        storage,
        persona: makePersona(stored('persona') as PersonaName | undefined),
      },
      ...(addressing ? { addressing } : {}),
    })
    this.#phones.set(phone.id, phone)
    phone.connect()
  }

  #storageOf(account: Account): PhoneStorage {
    return this.#storage ? scopedStorage(this.#storage, `phone/${account.lid}/`) : noStorage
  }

  phones(): Phone[] {
    return [...this.#phones.values()]
  }

  /** By phone number (digits) or JID. */
  findPhone(who: string): Phone | undefined {
    const account = this.world.account(who.trim().replace(/^\+/, ''))
    return account && this.#phones.get(account.phone)
  }

  /** Ends a companion's stream as WhatsApp would with that code.
   *  @param jid `phone:device@s.whatsapp.net`, or the LID form
   *  @throws Error when there is no such device */
  disconnect(jid: string, code: number): void {
    endStream(this.world, this.device(jid), code)
  }

  /** @throws Error when there is no such device */
  device(jid: string): Device {
    const device = this.world.device(jid)
    if (!device) throw new Error(`there is no device ${jid}`)
    return device
  }

  /** Removes every person; linked clients are logged out. The keys, and with them what clients trust, stay. */
  async reset(): Promise<void> {
    for (const phone of this.phones()) await phone.disconnect()
    this.#phones.clear()
    for (const account of [...this.world.accounts()]) this.world.removeAccount(account)
    this.world.media.clear()
    this.world.faults.clear()
    this.world.unhandled.clear()
    this.world.log.append('reset')
  }

  /** Closes every stream and the port. */
  async stop(): Promise<void> {
    this.#unsubscribe()
    await Promise.all(this.phones().map((phone) => phone.disconnect()))
    await this.#server?.close()
    this.#keeper?.detach()
    this.#storage?.close()
  }

  /** Answers one HTTP request of the control API, for those who embed it into a server of their own. */
  controlHandler(token?: string): (request: IncomingMessage, response: ServerResponse) => void {
    return createControlHandler(this, token)
  }

  /** A phone looks after its companions as they come; one listener for all phones keeps events cheap. */
  #onEvent(event: WorldEvent): void {
    if (event.type !== 'active') return
    const companion = this.world.device(String(event.data['device']))
    const phone = companion && this.#phones.get(companion.account.phone)
    if (!companion || !phone) return
    phone
      .welcome(companion)
      .catch((error) => this.world.log.append('sandbox.error', { message: String(error?.stack ?? error) }))
  }
}
