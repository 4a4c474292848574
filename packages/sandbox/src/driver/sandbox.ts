import type { IncomingMessage, ServerResponse } from 'node:http'
import { NotThere } from '../phone/not-there.ts'
import type { PersonaName, PersonaScript } from '../phone/persona.ts'
import type { Phone } from '../phone/phone.ts'
import type { RequestHandler } from '../server/realm.ts'
import { SandboxServer } from '../server/sandbox-server.ts'
import { serveWorld } from '../server/serve-world.ts'
import { createTlsIdentity, type TlsIdentity } from '../server/tls/tls-identity.ts'
import type { Device } from '../world/account.ts'
import { captureWorld } from '../world/state/world-state.ts'
import { TravelClock } from '../world/travel-clock.ts'
import type { Unhandled } from '../world/unhandled-log.ts'
import { World } from '../world/world.ts'
import { isMovable, machineClock, type WorldClock } from '../world/world-clock.ts'
import type { WorldEvent, WorldLog } from '../world/world-log.ts'
import { endStream } from './end-stream.ts'
import { FaultCommands } from './fault-commands.ts'
import { LifetimeClock } from './lifetime-clock.ts'
import { NamedWorlds } from './named-worlds.ts'
import { PhoneBook } from './phone-book.ts'
import { PhoneShelves } from './phone-shelves.ts'
import { rehearse } from './rehearse.ts'
import { revivedWorld } from './revived-world.ts'
import type { NewPhone, SandboxOptions } from './sandbox-options.ts'
import { packSnapshot, type Snapshot, unpackSnapshot } from './snapshot.ts'
import { SqliteStorage } from './sqlite-storage.ts'
import { WorldKeeper } from './world-keeper.ts'

export type { NewPhone, SandboxOptions } from './sandbox-options.ts'

/** Answers requests of the control API of a world. */
export type Controls = (sandbox: Sandbox, token: string | undefined) => RequestHandler

/** A whole WhatsApp in this process: people with phones, and a server that clients connect to. */
export class Sandbox {
  readonly fault: FaultCommands
  /** More worlds, each under `/worlds/{name}` of the same port. */
  readonly worlds: NamedWorlds<Sandbox>
  readonly gatewayUrl: string | undefined
  /** World time. Moves on by itself unless a clock was given that does not. */
  readonly clock: WorldClock
  readonly #options: SandboxOptions
  readonly #controls: Controls
  readonly #shelves: PhoneShelves
  readonly #phones: PhoneBook
  readonly #storage: SqliteStorage | undefined
  readonly #keeper: WorldKeeper | undefined
  /** Where on the server it is: `/worlds/{name}`; empty for the world at the root. */
  readonly name: string
  #tls: TlsIdentity | undefined
  #world: World
  /** The world's share of the clock: ends with it. */
  #lifetime: LifetimeClock
  #unsubscribe: () => void = () => {}
  #server: SandboxServer | undefined
  #stopped: Promise<void> | undefined

  /** Starts a world and listens. @param controls makes the control API of a world, which is built on this class */
  static async start(options: SandboxOptions, controls: Controls): Promise<Sandbox> {
    const sandbox = new Sandbox(options, '', controls)
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
    const sandbox = new Sandbox(options, name, first.#controls)
    sandbox.#server = first.server
    sandbox.#tls = first.#tls
    first.server.mount(name, sandbox.world, sandbox.#onRequest())
    return sandbox
  }

  private constructor(options: SandboxOptions, name: string, controls: Controls) {
    const { clock = new TravelClock(), gatewayUrl, dataDir, snapshot, snapshots = true } = options
    this.#options = options
    this.#controls = controls
    this.name = name
    this.clock = clock
    this.#storage = dataDir === undefined ? undefined : new SqliteStorage(dataDir)
    this.#keeper = this.#storage && new WorldKeeper(this.#storage)
    this.#shelves = new PhoneShelves(this.#storage, snapshots)
    this.#phones = new PhoneBook(this.#shelves)
    this.gatewayUrl = gatewayUrl
    this.#lifetime = new LifetimeClock(clock)
    this.#world = snapshot ? this.#restored(unpackSnapshot(snapshot)) : this.#fresh()
    this.fault = new FaultCommands(this)
    this.worlds = new NamedWorlds(this, options, Sandbox.beside)
  }

  /** What clients and phones live in. Another one after {@link Sandbox.restore}. */
  get world(): World {
    return this.#world
  }

  /** Everything as it is now: people, groups, mailboxes, files, faults, and what phones hold. Not part of it: open connections, companions that
   *  wait to be linked, personas that are functions, and the log. @throws Error when this sandbox was started with `snapshots: false` */
  snapshot(): Uint8Array {
    if (!this.#shelves.keeps) throw new Error('this sandbox was started without snapshots')
    return packSnapshot({ world: captureWorld(this.world), phones: this.#phones.snapshot() })
  }

  /** Puts the world back to that instant. Streams end; clients that were linked then find themselves linked when they come back.
   *  World time continues, or jumps to the instant of the snapshot when that is later. `world` and the phones are
   *  other objects from then on: find them again.
   *  @throws Error when the bytes are no snapshot, or a damaged one: then nothing has changed */
  async restore(snapshot: Uint8Array): Promise<void> {
    const log = this.world.log
    const state = unpackSnapshot(snapshot)
    rehearse(state)
    this.server.unmount(this.name)
    await this.#switchOff()
    this.#lifetime = new LifetimeClock(this.clock)
    this.#world = this.#restored(state, log)
    this.server.mount(this.name, this.#world, this.#onRequest())
    log.append('restored', { at: state.world.at, people: state.world.people.length })
  }

  #fresh(): World {
    const world = serveWorld(
      new World({
        seed: (this.#options.seed ?? 1) + (this.#keeper?.nextLife() ?? 0),
        clock: this.#lifetime,
        ...(this.#keeper ? { keys: this.#keeper.keys() } : {}),
      }),
    )
    this.#keeper?.attach(world)
    for (const account of world.accounts()) this.#phones.reopen(world, account)
    return this.#observed(world)
  }

  #restored(state: Snapshot, log?: WorldLog): World {
    const { clock } = this
    if (isMovable(clock) && clock.now() < state.world.at) clock.advance(state.world.at - clock.now())
    const world = revivedWorld(state.world, { clock: this.#lifetime, ...(log ? { log } : {}) })
    this.#phones.fillShelves(state.phones)
    this.#keeper?.takeOver(world)
    for (const account of world.accounts()) this.#phones.reopen(world, account, state.phones[account.lid]?.on)
    return this.#observed(world)
  }

  #observed(world: World): World {
    this.#unsubscribe = world.log.subscribe((event) => this.#onEvent(event))
    return world
  }

  async #switchOff(): Promise<void> {
    this.#unsubscribe()
    await this.#phones.switchOff()
    this.#keeper?.detach()
    this.#lifetime.end()
  }

  #onRequest(): RequestHandler | undefined {
    return this.#options.control ? this.#controls(this, this.#options.controlToken) : undefined
  }

  #identity(host: string): TlsIdentity {
    const { now } = machineClock
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
    const create = (): Phone => this.#phones.create(this.world, options)
    // Together or not at all: an account without the keys of its phone could never be used again.
    return this.#storage ? this.#storage.batch(create) : create()
  }

  /** The person installs WhatsApp again, without a backup: new keys, an empty phone, and every linked device is logged out. Peers learn the new
   *  identity. Returns the phone that takes the place of the one given. */
  reinstall(phone: Phone): Promise<Phone> {
    return this.#phones.reinstall(this.world, phone)
  }

  /** The person takes another number and keeps the phone, the chats and the LID. Linked devices are logged out; peers get a notification.
   *  @param number digits. @throws Error when somebody has that number */
  changeNumber(phone: Phone, number: string): void {
    this.#phones.changeNumber(this.world, phone, number)
  }

  /** Other numbers that lead to this person when they are looked up, instead of those before. @throws Error when somebody has one of them */
  setAliases(phone: Phone, aliases: readonly string[]): void {
    this.world.setAliases(phone.account, aliases)
  }

  /** From now on the person behaves like that. Kept with the phone, but for functions: those are gone with the process. */
  setPersona(phone: Phone, persona: PersonaName | PersonaScript): void {
    this.#phones.setPersona(phone, persona)
  }

  phones(): Phone[] {
    return this.#phones.list()
  }

  /** By phone number (digits) or JID. */
  findPhone(who: string): Phone | undefined {
    const account = this.world.account(who.trim().replace(/^\+/, ''))
    return account && this.#phones.of(account)
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
    if (!device) throw new NotThere(`there is no device ${jid}`)
    return device
  }

  /** Removes every person; linked clients are logged out. The keys, and with them what clients trust, stay. */
  async reset(): Promise<void> {
    await this.#phones.switchOff()
    for (const account of [...this.world.accounts()]) {
      this.world.removeAccount(account)
      this.#phones.forget(account)
    }
    this.world.media.clear()
    this.world.faults.clear()
    this.world.unhandled.clear()
    this.world.log.append('reset')
  }

  /** Closes every stream; of the world at the root, also the other worlds and the port. Once is enough, more do no harm. */
  stop(): Promise<void> {
    this.#stopped ??= this.#end()
    return this.#stopped
  }

  async #end(): Promise<void> {
    await this.worlds.stop()
    await this.#switchOff()
    if (this.name === '') await this.#server?.close()
    else this.#server?.unmount(this.name)
    this.#storage?.close()
  }

  /** Answers one HTTP request of the control API, for those who embed it into a server of their own. */
  controlHandler(token?: string): (request: IncomingMessage, response: ServerResponse) => void {
    return this.#controls(this, token)
  }

  /** A phone looks after its companions as they come; one listener for all phones keeps events cheap. */
  #onEvent(event: WorldEvent): void {
    if (event.type !== 'active') return
    const companion = this.world.device(String(event.data['device']))
    const phone = companion && this.#phones.of(companion.account)
    if (!companion || !phone) return
    phone
      .welcome(companion)
      .catch((error) => this.world.log.append('sandbox.error', { message: String(error?.stack ?? error) }))
  }
}
