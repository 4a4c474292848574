import type { IncomingMessage, ServerResponse } from 'node:http'
import { createControlHandler } from '../control/control-handler.ts'
import { makePersona, type PersonaName, type PersonaScript } from '../phone/persona.ts'
import { Phone } from '../phone/phone.ts'
import { SandboxServer } from '../server/sandbox-server.ts'
import type { Device } from '../world/account.ts'
import type { Addressing } from '../world/address.ts'
import type { Clock } from '../world/clock.ts'
import type { Unhandled } from '../world/unhandled-log.ts'
import { World } from '../world/world.ts'
import type { WorldEvent } from '../world/world-log.ts'
import { endStream } from './end-stream.ts'
import { FaultCommands } from './fault-commands.ts'

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
    const { seed, clock, gatewayUrl } = options
    this.world = new World({ ...(seed === undefined ? {} : { seed }), ...(clock ? { clock } : {}) })
    this.gatewayUrl = gatewayUrl
    this.fault = new FaultCommands(this.world)
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
    const { name, phone: number, persona, addressing } = options
    const account = this.world.createAccount({ name: name ?? 'Somebody', ...(number ? { phone: number } : {}) })
    const phone = Phone.create(this.world, account, {
      persona: makePersona(persona),
      ...(addressing ? { addressing } : {}),
    })
    this.#phones.set(phone.id, phone)
    return phone
  }

  phones(): Phone[] {
    return [...this.#phones.values()]
  }

  /** By phone number (digits) or JID. */
  findPhone(who: string): Phone | undefined {
    const account = this.world.account(who.replace(/^\+/, ''))
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
    this.world.faults.clear()
    this.world.unhandled.clear()
    this.world.log.append('reset')
  }

  /** Closes every stream and the port. */
  async stop(): Promise<void> {
    this.#unsubscribe()
    await Promise.all(this.phones().map((phone) => phone.disconnect()))
    await this.#server?.close()
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
