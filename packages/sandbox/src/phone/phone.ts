import { formatJid } from '../wire/jid.ts'
import type { Message } from '../wire/proto/index.ts'
import type { Account, Device } from '../world/account.ts'
import { type Addressing, accountJid } from '../world/address.ts'
import type { World } from '../world/world.ts'
import { actPersona, owePersona, resumePersona } from './act-persona.ts'
import type { PhoneAppState } from './app-state/phone-app-state.ts'
import type { PhoneCalls } from './calls/phone-calls.ts'
import type { PhoneChannels } from './channels/phone-channels.ts'
import type { ChatEntry, ChatLog } from './chat-log.ts'
import { hasDisappeared } from './chat-timers.ts'
import type { Outgoing } from './content/compose.ts'
import { lidOf } from './direct-chats.ts'
import type { PhoneGroups } from './groups/phone-groups.ts'
import type { PhoneHistory } from './history/phone-history.ts'
import { Linker, type ScanFlaw } from './linking/linker.ts'
import { PhonePasskey } from './linking/phone-passkey.ts'
import { PhoneMedia } from './media/phone-media.ts'
import { NotThere } from './not-there.ts'
import { PhonePeople } from './people/phone-people.ts'
import { makePersona, type Persona } from './persona.ts'
import type { Violation } from './phone-context.ts'
import { generatePhoneKeys, type PhoneKeys } from './phone-keys.ts'
import { makePhoneParts, type PhoneParts } from './phone-parts.ts'
import { noStorage, type PhoneStorage } from './phone-storage.ts'
import type { PhoneWaits } from './phone-waits.ts'
import { registerPhone } from './register-phone.ts'
import { PhoneSettings } from './settings/phone-settings.ts'
import type { PhoneStatus } from './status/phone-status.ts'
import { statusChat } from './status/status-outbox.ts'
import { stockPreKeys } from './stock-pre-keys.ts'

export interface PhoneOptions {
  keys?: PhoneKeys
  storage?: PhoneStorage
  persona?: Persona
  /** How this phone addresses people unless told otherwise. */
  addressing?: Addressing
}

/** A virtual phone: device 0 of an account. It links companions, reads and answers, and checks what its companions and peers send. */
export class Phone {
  readonly account: Account
  readonly device: Device
  readonly keys: PhoneKeys
  readonly chats: ChatLog
  readonly violations: Violation[] = []
  readonly linker: Linker
  /** Asked for by WhatsApp before a companion is linked, where the account has one. */
  readonly passkey: PhonePasskey
  /** Waiting for messages, receipts and events of this phone. */
  readonly until: PhoneWaits
  /** Groups and communities. */
  readonly groups: PhoneGroups
  /** Status posts, its own and those of others. */
  readonly status: PhoneStatus
  /** Channels (newsletters). */
  readonly channels: PhoneChannels
  /** Chats' settings, stars, labels, contacts and the like, shared by all devices of the account. */
  readonly appState: PhoneAppState
  /** Files of this phone's messages. */
  readonly media: PhoneMedia
  readonly calls: PhoneCalls
  /** The past, as companions get it when they link. */
  readonly history: PhoneHistory
  /** What the person sets: picture, about, privacy, blocked people and the like. */
  readonly settings: PhoneSettings
  /** What the person can find out about others. */
  readonly people: PhonePeople
  persona: Persona
  readonly #parts: PhoneParts

  /** @param device the account's device 0, already registered with the public halves of `keys` */
  constructor(world: World, device: Device, options: PhoneOptions & { keys: PhoneKeys }) {
    const { keys, storage = noStorage, addressing = 'lid', persona = makePersona('silent') } = options
    const { violations } = this
    const parts = makePhoneParts({ world, device, keys, storage, addressing, violations })
    const { ctx, care, inbox, line } = parts
    this.#parts = parts
    this.device = device
    this.account = device.account
    this.keys = keys
    this.persona = persona
    this.chats = ctx.chats
    this.media = new PhoneMedia(ctx)
    this.settings = new PhoneSettings(ctx)
    this.people = new PhonePeople(ctx)
    this.linker = new Linker(ctx)
    this.passkey = new PhonePasskey(ctx)
    this.history = care.history
    this.calls = parts.calls
    this.appState = parts.appState
    this.until = parts.until
    this.groups = parts.groups
    this.status = parts.status
    this.channels = parts.channels
    inbox.onKept = (entry) => owePersona(ctx, this, entry)
    inbox.onMessage = (entry) => actPersona(ctx, this, entry)
    line.onLost = () => this.connect()
    resumePersona(ctx, this)
  }

  /** A new person with a phone that is switched on. */
  static create(world: World, account: Account, options: PhoneOptions = {}): Phone {
    const keys = options.keys ?? generatePhoneKeys()
    const phone = new Phone(world, registerPhone(world, account, keys), { ...options, keys })
    phone.connect()
    return phone
  }

  /** Phone number, digits: names the phone in logs and in the control API. */
  get id(): string {
    return this.account.phone
  }

  get jid(): string {
    return formatJid(accountJid(this.account, 'pn'))
  }

  get lid(): string {
    return formatJid(accountJid(this.account, 'lid'))
  }

  get connected(): boolean {
    return this.#parts.line.isOpen
  }

  /** Messages that arrived again although this phone had taken them. */
  get duplicates(): number {
    return this.#parts.inbox.duplicates
  }

  /** Switches the phone on: what waited for it arrives, oldest first. */
  connect(): void {
    if (this.connected) return
    const { ctx, line } = this.#parts
    stockPreKeys(ctx)
    line.open()
    void this.presence('available')
    void this.#sendWaiting()
  }

  /** Switches it off: what comes from now on waits at the server. Resolves once the stanza in hand is done with. */
  async disconnect(): Promise<void> {
    await this.#parts.line.close()
    await this.#parts.ctx.submit({ tag: 'presence', attrs: { type: 'unavailable' } })
  }

  /** Sends a message of any kind. Resolves once the server took or refused it; the entry says which. While the phone is off it waits.
   *  @param to JID of a person (of either kind), of a group or channel, or phone number; `status@broadcast` posts a status */
  async send(to: string, what: Outgoing): Promise<ChatEntry> {
    if (to === statusChat) return this.status.post(what)
    if (isChannel(to)) return this.channels.of(to).post(what)
    if (isGroup(to)) return this.groups.of(to).send(what)
    return this.#parts.direct.send(to, what)
  }

  /** Sends any message content to one person. */
  async sendMessage(to: Account, message: Message): Promise<ChatEntry> {
    return this.#parts.direct.sendMessage(to, message)
  }

  /** What was written while the phone was off, or when its process ended, goes out now. */
  async #sendWaiting(): Promise<void> {
    const { ctx, direct } = this.#parts
    const placeOf = ({ chat }: ChatEntry): { sendWaiting(entry: ChatEntry): Promise<void> } => {
      if (isGroup(chat)) return this.groups.of(chat)
      if (chat === statusChat) return this.status
      return isChannel(chat) ? this.channels.of(chat) : direct
    }
    for (const entry of this.chats.list().filter(({ status }) => status === 'waiting')) {
      // One that cannot be sent must not keep the others.
      const sent = async () => placeOf(entry).sendWaiting(entry)
      await sent().catch((error) => ctx.violation('phone_fault', `message ${entry.id}: ${String(error)}`))
    }
  }

  /** Marks messages of one chat as read. @throws Error for ids that this phone never received there */
  async read(chatWith: string, ids: readonly string[]): Promise<void> {
    if (isChannel(chatWith)) return this.channels.of(chatWith).viewByIds(ids)
    if (chatWith === statusChat) return this.status.viewByIds(ids)
    if (isGroup(chatWith)) return this.groups.of(chatWith).read(ids)
    return this.#parts.direct.mark('read', chatWith, ids)
  }

  /** Plays what came in one chat: voice notes, videos, what may be viewed once. The author gets a receipt.
   *  @throws Error for ids that this phone never received there, or that hold nothing to play */
  async play(chatWith: string, ids: readonly string[]): Promise<void> {
    return isGroup(chatWith) ? this.groups.of(chatWith).play(ids) : this.#parts.direct.mark('played', chatWith, ids)
  }

  /** Marks messages as read, of whichever chats they are. @throws Error for ids that this phone never received */
  async readByIds(ids: readonly string[]): Promise<void> {
    for (const [chat, group] of this.#byChat(ids)) await this.read(chat, group)
  }

  /** Plays messages, of whichever chats they are. @throws Error for ids that this phone never received, or that hold nothing to play */
  async playByIds(ids: readonly string[]): Promise<void> {
    for (const [chat, group] of this.#byChat(ids)) await this.play(chat, group)
  }

  #byChat(ids: readonly string[]): Map<string, string[]> {
    const received = new Map(this.chats.list().flatMap(({ id, chat, fromMe }) => (fromMe ? [] : [[id, chat] as const])))
    const missing = ids.find((id) => !received.has(id))
    if (missing !== undefined) throw new NotThere(`message ${missing} was never received`)
    return Map.groupBy(ids, (id) => received.get(id) ?? '')
  }

  async typing(to: string, state: 'composing' | 'recording' | 'paused'): Promise<void> {
    if (isGroup(to)) return this.groups.of(to).typing(state)
    return this.#parts.direct.typing(to, state)
  }

  async presence(type: 'available' | 'unavailable'): Promise<void> {
    const name = this.account.pushName
    await this.#parts.ctx.submit({ tag: 'presence', attrs: { type, ...(name ? { name } : {}) } })
  }

  async subscribe(to: string): Promise<void> {
    await this.#parts.direct.subscribe(to)
  }

  /** Links the companion that shows this QR code.
   *  @param flaw what goes wrong on the phone's side, on purpose
   *  @throws Error saying why not */
  async scan(qrText: string, flaw?: ScanFlaw): Promise<Device> {
    await this.#publishName()
    return this.linker.scan(qrText, flaw)
  }

  /** Links the companion that asked for a code for this phone's number. @throws Error saying why not */
  async enterLinkCode(code: string): Promise<Device> {
    await this.#publishName()
    return this.linker.enterCode(code)
  }

  /** What this phone has sent and decrypted, oldest first, without what was deleted, cleared or has disappeared; of one
   *  chat when it is named. */
  messages(chatWith?: string): ChatEntry[] {
    const { ctx, direct } = this.#parts
    const chat = chatWith === undefined || isPlace(chatWith) ? chatWith : lidOf(direct.person(chatWith))
    return this.chats.list(chat).filter((entry) => !this.appState.isHidden(entry) && !hasDisappeared(ctx, entry))
  }

  /** Linked devices of this account. */
  devices(): Device[] {
    return [...this.account.devices.values()].filter((device) => device.id !== 0)
  }

  /** Logs a companion out. @throws Error when there is none with that number */
  unlink(id: number): void {
    const device = this.account.devices.get(id)
    if (!device || id === 0) throw new NotThere(`there is no companion ${id}`)
    // Signed first: peers get the new list along with the removal.
    this.account.keyIndexList = this.linker.keyIndexList({ without: device })
    this.#parts.ctx.world.removeDevice(device, 'unlinked by the phone')
  }

  /** Takes a companion for one that has keys and history already: for accounts that are seeded as linked. */
  assumeSettled(companion: Device): void {
    this.#parts.care.assumeSettled(companion)
  }

  /** Called when one of the account's companions is connected. */
  async welcome(companion: Device): Promise<void> {
    await this.#parts.care.welcome(companion)
  }

  /** Tells the companions which hidden ids are behind the numbers that this person knows. */
  async shareLidMappings(): Promise<void> {
    await this.#parts.care.shareLidMappings()
  }

  /** Changes the push name here and for the companions. */
  async rename(name: string): Promise<void> {
    this.account.pushName = name
    await this.#parts.appStateBook.publishPushName(name)
  }

  /** Before there is a companion to tell: its first app-state sync then finds the name, without a notification that it has no key for yet. */
  async #publishName(): Promise<void> {
    const name = this.account.pushName
    const book = this.#parts.appStateBook
    if (name && book.versionOf('critical_block') === 0) await book.publishPushName(name)
  }
}

function isGroup(jid: string): boolean {
  return jid.endsWith('@g.us')
}

function isChannel(jid: string): boolean {
  return jid.endsWith('@newsletter')
}

/** Whether a chat is known by one JID alone: anything but a person. */
function isPlace(jid: string): boolean {
  return isGroup(jid) || isChannel(jid) || jid.endsWith('@broadcast')
}
