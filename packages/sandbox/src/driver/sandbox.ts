import type { IncomingMessage, ServerResponse } from 'node:http'
import { createControlHandler } from '../control/control-handler.ts'
import { fromJson, toJson } from '../phone/json-bytes.ts'
import { makePersona, type PersonaName, type PersonaScript } from '../phone/persona.ts'
import { Phone } from '../phone/phone.ts'
import { generatePhoneKeys, type PhoneKeys } from '../phone/phone-keys.ts'
import { tellNumberInGroups } from '../server/notifications/groups.ts'
import { announceIdentity } from '../server/notifications/identity.ts'
import { announceNumber } from '../server/notifications/people.ts'
import type { RequestHandler } from '../server/realm.ts'
import { SandboxServer } from '../server/sandbox-server.ts'
import { createTlsIdentity, type TlsIdentity } from '../server/tls/tls-identity.ts'
import type { Account, Device } from '../world/account.ts'
import type { Addressing } from '../world/address.ts'
import { type Clock, isMovable, systemClock } from '../world/clock.ts'
import { captureWorld, keysOf, restoreWorld } from '../world/state/world-state.ts'
import { TravelClock } from '../world/travel-clock.ts'
import type { Unhandled } from '../world/unhandled-log.ts'
import { World } from '../world/world.ts'
import type { WorldEvent, WorldLog } from '../world/world-log.ts'
import { endStream } from './end-stream.ts'
import { FaultCommands } from './fault-commands.ts'
import { NamedWorlds } from './named-worlds.ts'
import { PhoneShelves } from './phone-shelves.ts'
import { renewDevice } from './renew-device.ts'
import { packSnapshot, type Snapshot, unpackSnapshot } from './snapshot.ts'
import { SqliteStorage } from './sqlite-storage.ts'
import { WorldKeeper } from './world-keeper.ts'

export interface SandboxOptions {
  /** Everything but key material and message ids repeats with the same seed. */
  seed?: number
  /** 0 (the default) takes any free port. */
  port?: number
  /** Loopback unless told otherwise. */
  host?: string
  /** World time; the machine's when absent, which {@link Sandbox.advance} moves on. */
  clock?: Clock
  /** Serves the control API on the same port. */
  control?: boolean
  /** Bearer token that the control API asks for; none by default, since it listens on loopback. */
  controlToken?: string
  /** Keeps people, keys, sessions and mailboxes in this directory, so that linked clients stay linked over a restart. In memory only by default. */
  dataDir?: string
  /** Also answers TLS on the same port, with a certificate by an authority of its own: {@link Sandbox.caCertificatePem}. */
  tls?: boolean
  /** Begins with what {@link Sandbox.snapshot} gave, in place of an empty world or what `dataDir` holds. */
  snapshot?: Uint8Array
  /** False saves the time and memory that it costs to be able to take snapshots: for load. */
  snapshots?: boolean
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
  readonly fault: FaultCommands
  /** More worlds beside this one, each under `/worlds/{name}` of the same port. */
  readonly worlds: NamedWorlds
  readonly gatewayUrl: string | undefined
  /** World time. Moves on by itself unless a clock was given that does not. */
  readonly clock: Clock
  readonly #options: SandboxOptions
  readonly #phones = new Map<string, Phone>()
  readonly #shelves: PhoneShelves
  readonly #storage: SqliteStorage | undefined
  readonly #keeper: WorldKeeper | undefined
  /** Where on the server it is: `/worlds/{name}`; empty for the world at the root. */
  readonly name: string
  #tls: TlsIdentity | undefined
  #world: World
  #unsubscribe: () => void = () => {}
  #server: SandboxServer | undefined

  /** Starts a world and listens. */
  static async start(options: SandboxOptions = {}): Promise<Sandbox> {
    const sandbox = new Sandbox(options, '')
    const { port = 0, host = '127.0.0.1' } = options
    if (options.tls) sandbox.#tls = sandbox.#identity(host)
    const onRequest = sandbox.#onRequest()
    sandbox.#server = await SandboxServer.start(sandbox.world, {
      ...{ port, host },
      ...(onRequest ? { onRequest } : {}),
      ...(sandbox.#tls ? { tls: sandbox.#tls } : {}),
    })
    sandbox.worlds.reopen()
    return sandbox
  }

  /** A world on the server of another; see {@link Sandbox.worlds}. */
  static beside(first: Sandbox, name: string, options: SandboxOptions): Sandbox {
    const sandbox = new Sandbox(options, name)
    sandbox.#server = first.server
    sandbox.#tls = first.#tls
    first.server.mount(name, sandbox.world, sandbox.#onRequest())
    return sandbox
  }

  private constructor(options: SandboxOptions, name: string) {
    const { clock = new TravelClock(), gatewayUrl, dataDir, snapshot, snapshots = true } = options
    this.#options = options
    this.name = name
    this.clock = clock
    this.#storage = dataDir === undefined ? undefined : new SqliteStorage(dataDir)
    this.#keeper = this.#storage && new WorldKeeper(this.#storage)
    this.#shelves = new PhoneShelves(this.#storage, snapshots)
    this.gatewayUrl = gatewayUrl
    this.#world = snapshot ? this.#restored(snapshot) : this.#fresh()
    this.fault = new FaultCommands(this)
    this.worlds = new NamedWorlds(this, options, Sandbox.beside)
  }

  /** What clients and phones live in. Another one after {@link Sandbox.restore}. */
  get world(): World {
    return this.#world
  }

  /** Everything as it is now: people, groups, mailboxes, files, faults, and what phones hold. Not part of it: open connections, companions that
   *  wait to be linked, scripted personas, and the log. @throws Error when this sandbox was started with `snapshots: false` */
  snapshot(): Uint8Array {
    if (!this.#shelves.keeps) throw new Error('this sandbox was started without snapshots')
    const phones = this.phones().map((phone) => {
      const texts = [...this.#shelves.of(phone.account.lid).entries('')]
      return [phone.account.lid, { on: phone.connected, texts }] as const
    })
    return packSnapshot({ world: captureWorld(this.world), phones: Object.fromEntries(phones) })
  }

  /** Puts the world back to that instant. Streams end; clients that were linked then find themselves linked when they come back.
   *  World time goes on, or on to the instant of the snapshot when that is later. `world` and the phones are
   *  other objects from then on: find them again. @throws Error when the bytes are no snapshot */
  async restore(snapshot: Uint8Array): Promise<void> {
    const log = this.world.log
    const state = unpackSnapshot(snapshot)
    this.server.unmount(this.name)
    await this.#switchOff()
    this.#world = this.#restored(state, log)
    this.server.mount(this.name, this.#world, this.#onRequest())
    log.append('restored', { at: state.world.at, people: state.world.people.length })
  }

  #fresh(): World {
    const world = new World({
      seed: (this.#options.seed ?? 1) + (this.#keeper?.nextLife() ?? 0),
      clock: this.clock,
      ...(this.#keeper ? { keys: this.#keeper.keys() } : {}),
    })
    this.#keeper?.attach(world)
    for (const account of world.accounts()) this.#restorePhone(world, account)
    return this.#observed(world)
  }

  #restored(snapshot: Uint8Array | Snapshot, log?: WorldLog): World {
    const state = snapshot instanceof Uint8Array ? unpackSnapshot(snapshot) : snapshot
    const { clock } = this
    if (isMovable(clock) && clock.now() < state.world.at) clock.advance(state.world.at - clock.now())
    const keys = keysOf(state.world, new World({ clock }))
    const world = new World({ clock, keys, ...(log ? { log } : {}) })
    restoreWorld(world, state.world)
    this.#shelves.clear()
    for (const [lid, { texts }] of Object.entries(state.phones)) {
      const shelf = this.#shelves.of(lid)
      shelf.batch(() => {
        for (const [key, text] of texts) shelf.write(key, text)
      })
    }
    this.#keeper?.takeOver(world)
    for (const account of world.accounts()) this.#restorePhone(world, account, state.phones[account.lid]?.on)
    return this.#observed(world)
  }

  #observed(world: World): World {
    this.#unsubscribe = world.log.subscribe((event) => this.#onEvent(event))
    return world
  }

  async #switchOff(): Promise<void> {
    this.#unsubscribe()
    await Promise.all(this.phones().map((phone) => phone.disconnect()))
    this.#phones.clear()
    this.#keeper?.detach()
  }

  #onRequest(): RequestHandler | undefined {
    return this.#options.control ? createControlHandler(this, this.#options.controlToken) : undefined
  }

  #identity(host: string): TlsIdentity {
    const { now } = systemClock
    return this.#keeper?.tlsIdentity(now(), [host]) ?? createTlsIdentity(now(), [host])
  }

  /** Moves world time on. What comes due in that time happens at once, in order. @throws Error when the clock that was given cannot be moved */
  advance(ms: number): void {
    const { clock } = this
    if (!isMovable(clock)) throw new Error('the clock of this world cannot be moved')
    clock.advance(ms)
    this.world.log.append('clock.advanced', { ms })
  }

  /** With TLS: the authority that clients must trust. */
  get caCertificatePem(): string | undefined {
    return this.#tls?.ca
  }

  get server(): SandboxServer {
    if (!this.#server) throw new Error('this sandbox is not listening')
    return this.#server
  }

  /** Where clients connect. */
  get socketUrl(): string {
    return this.server.urlOf(this.name)
  }

  /** Where media and the control API are. */
  get origin(): string {
    return this.server.originOf(this.name)
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
    const storage = this.#shelves.of(account.lid)
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
  #restorePhone(world: World, account: Account, on = true): void {
    const storage = this.#shelves.of(account.lid)
    const stored = (key: string): string | undefined => [...storage.entries(key)][0]?.[1]
    const keys = stored('keys')
    const device = account.devices.get(0)
    if (!keys || !device) return
    const addressing = stored('addressing') as Addressing | undefined
    const phone = new Phone(world, device, {
      ...{
        keys: fromJson<PhoneKeys>(keys),
        storage,
        persona: makePersona(stored('persona') as PersonaName | undefined),
      },
      ...(addressing ? { addressing } : {}),
    })
    this.#phones.set(phone.id, phone)
    if (on) phone.connect()
  }

  /** The person installs WhatsApp again, without a backup: new keys, an empty phone, and every linked device is logged out. Peers hear of the new
   *  identity. Returns the phone that takes the place of the one given. */
  async reinstall(phone: Phone): Promise<Phone> {
    const { account, device, persona } = phone
    await phone.disconnect()
    for (const companion of phone.devices()) this.world.removeDevice(companion, 'phone reinstalled')
    // How the person behaves is not a matter of the phone.
    const habits = ['persona', 'addressing'].flatMap((key) =>
      [...this.#shelves.of(account.lid).entries(key)].map(([, text]) => [key, text] as const),
    )
    this.#shelves.forget(account.lid)
    const storage = this.#shelves.of(account.lid)
    const keys = generatePhoneKeys()
    storage.write('keys', toJson(keys))
    for (const [key, text] of habits) storage.write(key, text)
    renewDevice(device, keys)
    const addressing = Object.fromEntries(habits)['addressing'] as Addressing | undefined
    const fresh = new Phone(this.world, device, { keys, storage, persona, ...(addressing ? { addressing } : {}) })
    this.#phones.set(fresh.id, fresh)
    fresh.connect()
    announceIdentity(this.world, device)
    return fresh
  }

  /** The person takes another number and keeps the phone, the chats and the LID. Linked devices are logged out; peers hear of it.
   *  @param number digits. @throws Error when somebody has that number */
  changeNumber(phone: Phone, number: string): void {
    const { account } = phone
    const old = account.phone
    this.world.changePhone(account, number)
    this.#phones.delete(old)
    this.#phones.set(number, phone)
    for (const companion of phone.devices()) this.world.removeDevice(companion, 'number changed')
    announceNumber(this.world, account, old)
    tellNumberInGroups(this.world, account, old)
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
    for (const account of [...this.world.accounts()]) {
      this.world.removeAccount(account)
      this.#shelves.forget(account.lid)
    }
    this.world.media.clear()
    this.world.faults.clear()
    this.world.unhandled.clear()
    this.world.log.append('reset')
  }

  /** Closes every stream; of the world at the root, also the other worlds and the port. */
  async stop(): Promise<void> {
    await this.worlds.stop()
    await this.#switchOff()
    if (this.name === '') await this.#server?.close()
    else this.#server?.unmount(this.name)
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
