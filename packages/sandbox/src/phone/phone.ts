import { formatJid } from '../wire/jid.ts'
import type { WireNode } from '../wire/node.ts'
import type { Message } from '../wire/proto/index.ts'
import type { Account, Device } from '../world/account.ts'
import { type Addressing, accountJid } from '../world/address.ts'
import type { World } from '../world/world.ts'
import { actPersona, resumePersona } from './act-persona.ts'
import { PhoneAppState } from './app-state/phone-app-state.ts'
import { AppStateBook } from './app-state-book.ts'
import { PhoneCalls } from './calls/phone-calls.ts'
import { PhoneChannels } from './channels/phone-channels.ts'
import type { ChatEntry, ChatLog } from './chat-log.ts'
import { hasDisappeared } from './chat-timers.ts'
import { CompanionCare } from './companion-care.ts'
import { compose, type Outgoing } from './content/compose.ts'
import { PhoneGroups } from './groups/phone-groups.ts'
import type { PhoneHistory } from './history/phone-history.ts'
import { Inbox } from './inbox.ts'
import { Intake } from './intake.ts'
import { Linker } from './linker.ts'
import { makePhoneContext } from './make-phone-context.ts'
import { PhoneMedia } from './media/phone-media.ts'
import { takeMedia } from './media/take-media.ts'
import { describeMessage } from './message-content.ts'
import { NotThere } from './not-there.ts'
import { Outbox } from './outbox.ts'
import { PhonePeople } from './people/phone-people.ts'
import { makePersona, type Persona } from './persona.ts'
import type { PhoneContext, Violation } from './phone-context.ts'
import { generatePhoneKeys, type PhoneKeys } from './phone-keys.ts'
import { PhoneLine } from './phone-line.ts'
import { receiptNode } from './phone-stanzas.ts'
import { noStorage, type PhoneStorage } from './phone-storage.ts'
import { PhoneWaits } from './phone-waits.ts'
import { RetryAnswers } from './retry-answers.ts'
import { RetryRequests } from './retry-requests.ts'
import { PhoneSettings } from './settings/phone-settings.ts'
import { PhoneStatus } from './status/phone-status.ts'
import { statusChat } from './status/status-outbox.ts'

export interface PhoneOptions {
  keys?: PhoneKeys
  storage?: PhoneStorage
  persona?: Persona
  /** How this phone addresses people unless told otherwise. */
  addressing?: Addressing
}

/** One-time prekeys that a phone publishes at first, and below which it publishes more. */
const preKeyBatch = 16
const preKeyFloor = 5

/** A virtual phone: device 0 of an account. It links companions, reads and answers, and checks what its companions and peers send. */
export class Phone {
  readonly account: Account
  readonly device: Device
  readonly keys: PhoneKeys
  readonly chats: ChatLog
  readonly violations: Violation[] = []
  readonly linker: Linker
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
  readonly #ctx: PhoneContext
  readonly #outbox: Outbox
  readonly #inbox: Inbox
  readonly #care: CompanionCare
  readonly #appStateBook: AppStateBook
  readonly #addressing: Addressing
  readonly #line: PhoneLine

  /** @param device the account's device 0, already registered with the public halves of `keys` */
  constructor(world: World, device: Device, options: PhoneOptions & { keys: PhoneKeys }) {
    this.device = device
    this.account = device.account
    this.keys = options.keys
    this.persona = options.persona ?? makePersona('silent')
    this.#addressing = options.addressing ?? 'lid'
    const { keys, storage = noStorage } = options
    const submit: PhoneContext['submit'] = (node) => this.#line.submit(node)
    this.#ctx = makePhoneContext({ world, device, keys, storage, violations: this.violations, submit })
    this.chats = this.#ctx.chats
    this.media = new PhoneMedia(this.#ctx)
    this.settings = new PhoneSettings(this.#ctx)
    this.people = new PhonePeople(this.#ctx)
    this.#outbox = new Outbox(this.#ctx)
    this.calls = new PhoneCalls(this.#ctx, this.#outbox)
    this.#care = new CompanionCare(this.#ctx, this.#outbox)
    this.history = this.#care.history
    const retryRequests = new RetryRequests(this.#ctx)
    this.#inbox = new Inbox(this.#ctx, this.#care, retryRequests)
    this.#inbox.onMessage = (entry) => {
      // Nobody answers what is said to all.
      if (entry.chat !== statusChat) actPersona(this.#ctx, this.persona, entry, this)
    }
    this.#appStateBook = new AppStateBook(this.#ctx)
    this.#care.recover = (collection) => this.#appStateBook.recovery(collection)
    this.appState = new PhoneAppState(this.#ctx, this.#appStateBook)
    this.linker = new Linker(this.#ctx)
    this.until = new PhoneWaits(world.log, this.chats, this.account)
    this.groups = new PhoneGroups(this.#ctx, {
      ...{ inbox: this.#inbox, outbox: this.#outbox, until: this.until, retryRequests },
      sendTo: (who, message) => this.sendMessage(this.#person(who), message),
      isOn: () => this.connected,
    })
    this.status = new PhoneStatus(this.#ctx, {
      ...{ inbox: this.#inbox, outbox: this.#outbox, retryRequests, appState: this.appState },
      isOn: () => this.connected,
    })
    this.channels = new PhoneChannels(this.#ctx, {
      newId: () => this.#outbox.newId(),
      sendTo: (who, message) => this.sendMessage(who, message),
      isOn: () => this.connected,
    })
    this.#line = this.#makeLine(world)
    resumePersona(this.#ctx, this.persona, this)
  }

  /** A new person with a phone that is switched on. */
  static create(world: World, account: Account, options: PhoneOptions = {}): Phone {
    const keys = options.keys ?? generatePhoneKeys()
    const { signedPreKey } = keys
    const device = world.addDevice(account, {
      id: 0,
      registrationId: keys.registrationId,
      identityKey: keys.identity.publicKey,
      signedPreKey: {
        keyId: signedPreKey.keyId,
        publicKey: signedPreKey.keyPair.publicKey,
        signature: signedPreKey.signature,
      },
      platform: 'android',
    })
    const phone = new Phone(world, device, { ...options, keys })
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
    return this.#line.isOpen
  }

  /** Messages that arrived again although this phone had taken them. */
  get duplicates(): number {
    return this.#inbox.duplicates
  }

  /** Switches the phone on: what waited for it arrives, oldest first. */
  connect(): void {
    if (this.connected) return
    this.#stockPreKeys()
    this.#line.open()
    void this.presence('available')
    this.#sendWaiting().catch((error) => this.#ctx.violation('phone_fault', String(error)))
  }

  /** Switches it off: what comes from now on waits at the server. Resolves once the stanza in hand is done with. */
  async disconnect(): Promise<void> {
    await this.#line.close()
    await this.#ctx.submit({ tag: 'presence', attrs: { type: 'unavailable' } })
  }

  /** Sends a message of any kind. Resolves once the server took or refused it; the entry says which. While the phone is off it waits.
   *  @param to JID of a person (of either kind), of a group or channel, or phone number; `status@broadcast` posts a status */
  async send(to: string, what: Outgoing): Promise<ChatEntry> {
    if (to === statusChat) return this.status.post(what)
    if (to.endsWith('@newsletter')) return this.channels.of(to).post(what)
    if (isGroup(to)) return this.groups.of(to).send(what)
    const person = this.#person(to)
    const { addressing = this.#addressing, unavailable } = what
    const scene = { ctx: this.#ctx, chatLid: formatJid(accountJid(person, 'lid')), person, addressing }
    return this.sendMessage(person, compose(scene, what), addressing, unavailable)
  }

  /** Sends any message content. */
  async sendMessage(
    chat: Account,
    message: Message,
    addressing = this.#addressing,
    unavailable?: string,
  ): Promise<ChatEntry> {
    const entry: ChatEntry = {
      id: this.#outbox.newId(),
      chat: formatJid(accountJid(chat, 'pn')),
      chatLid: formatJid(accountJid(chat, 'lid')),
      fromMe: true,
      sender: this.jid,
      ...describeMessage(message),
      addressing,
      at: this.#ctx.world.clock.now(),
      message,
      ...(unavailable === undefined ? {} : { unavailable }),
      receipts: [],
      status: 'waiting',
    }
    takeMedia(this.#ctx, entry)
    this.chats.add(entry)
    if (this.connected) await this.#outbox.send(entry, chat, addressing)
    return entry
  }

  /** What was written while the phone was off, or when its process ended, goes out now. */
  async #sendWaiting(): Promise<void> {
    for (const entry of this.chats.list()) {
      if (entry.status === 'waiting' && isGroup(entry.chat)) await this.groups.of(entry.chat).sendWaiting(entry)
      if (entry.chat === statusChat) await this.status.sendWaiting(entry)
      if (entry.status === 'waiting' && entry.chat.endsWith('@newsletter')) {
        await this.channels.of(entry.chat).sendWaiting(entry)
      }
      const chat = this.#ctx.world.account(entry.chat)
      if (entry.status !== 'waiting' || !chat || !this.connected) continue
      await this.#outbox.send(entry, chat, entry.addressing)
    }
  }

  /** Marks messages of one chat as read. @throws Error for ids that this phone never received there */
  async read(chatWith: string, ids: readonly string[]): Promise<void> {
    if (chatWith.endsWith('@newsletter')) return this.channels.of(chatWith).viewByIds(ids)
    if (chatWith === statusChat) return this.status.viewByIds(ids)
    if (isGroup(chatWith)) return this.groups.of(chatWith).read(ids)
    const chat = this.#person(chatWith)
    const lid = formatJid(accountJid(chat, 'lid'))
    const entries = ids.map((id) => this.chats.find(lid, false, id))
    const [first, ...more] = entries.flatMap((entry) => (entry ? [entry] : []))
    if (!first || more.length + 1 !== ids.length)
      throw new NotThere('a message id is not one that was received in this chat')
    const attrs = { type: 'read', t: String(this.#ctx.world.seconds()) }
    await this.#ctx.submit(
      receiptNode(
        first.id,
        accountJid(chat, first.addressing),
        attrs,
        more.map((entry) => entry.id),
      ),
    )
  }

  /** Marks messages as read, of whichever chats they are. @throws Error for ids that this phone never received */
  async readByIds(ids: readonly string[]): Promise<void> {
    const received = new Map(
      this.chats.list().flatMap((entry) => (entry.fromMe ? [] : [[entry.id, entry.chat] as const])),
    )
    const missing = ids.find((id) => !received.has(id))
    if (missing !== undefined) throw new NotThere(`message ${missing} was never received`)
    for (const [chat, group] of Map.groupBy(ids, (id) => received.get(id) ?? '')) await this.read(chat, group)
  }

  async typing(to: string, state: 'composing' | 'recording' | 'paused'): Promise<void> {
    if (isGroup(to)) return this.groups.of(to).typing(state)
    const media: Record<string, string> = state === 'recording' ? { media: 'audio' } : {}
    const content: WireNode[] = [{ tag: state === 'paused' ? 'paused' : 'composing', attrs: media }]
    await this.#ctx.submit({ tag: 'chatstate', attrs: { to: accountJid(this.#person(to), this.#addressing) }, content })
  }

  async presence(type: 'available' | 'unavailable'): Promise<void> {
    const name = this.account.pushName
    await this.#ctx.submit({ tag: 'presence', attrs: { type, ...(name ? { name } : {}) } })
  }

  async subscribe(to: string): Promise<void> {
    await this.#ctx.submit({
      tag: 'presence',
      attrs: { type: 'subscribe', to: accountJid(this.#person(to), this.#addressing) },
    })
  }

  /** Links the companion that shows this QR code. @throws Error saying why not */
  async scan(qrText: string): Promise<Device> {
    await this.#publishName()
    return this.linker.scan(qrText)
  }

  /** Links the companion that asked for a code for this phone's number. @throws Error saying why not */
  async enterLinkCode(code: string): Promise<Device> {
    await this.#publishName()
    return this.linker.enterCode(code)
  }

  /** What this phone has sent and decrypted, oldest first, without what was deleted, cleared or has disappeared; of one
   *  chat when it is named. */
  messages(chatWith?: string): ChatEntry[] {
    const chat =
      chatWith === undefined || isPlace(chatWith) ? chatWith : formatJid(accountJid(this.#person(chatWith), 'lid'))
    return this.chats.list(chat).filter((entry) => !this.appState.isHidden(entry) && !hasDisappeared(this.#ctx, entry))
  }

  /** Linked devices of this account. */
  devices(): Device[] {
    return [...this.account.devices.values()].filter((device) => device.id !== 0)
  }

  /** Logs a companion out. @throws Error when there is none with that number */
  unlink(id: number): void {
    const device = this.account.devices.get(id)
    if (!device || id === 0) throw new NotThere(`there is no companion ${id}`)
    // Signed first: peers hear of the new list along with the removal.
    this.account.keyIndexList = this.linker.keyIndexList({ without: device })
    this.#ctx.world.removeDevice(device, 'unlinked by the phone')
  }

  /** Takes a companion for one that has keys and history already: for accounts that are seeded as linked. */
  assumeSettled(companion: Device): void {
    this.#care.assumeSettled(companion)
  }

  /** Called when one of the account's companions is connected. */
  async welcome(companion: Device): Promise<void> {
    await this.#care.welcome(companion)
  }

  /** Tells the companions which hidden ids are behind the numbers that this person knows. */
  async shareLidMappings(): Promise<void> {
    await this.#care.shareLidMappings()
  }

  /** Changes the push name here and for the companions. */
  async rename(name: string): Promise<void> {
    this.account.pushName = name
    await this.#appStateBook.publishPushName(name)
  }

  /** Before there is a companion to tell: its first app-state sync then finds the name, without a notification that it has no key for yet. */
  async #publishName(): Promise<void> {
    const name = this.account.pushName
    if (name && this.#appStateBook.versionOf('critical_block') === 0) await this.#appStateBook.publishPushName(name)
  }

  #person(who: string): Account {
    const account = this.#ctx.world.account(who.trim().replace(/^\+/, ''))
    if (!account) throw new NotThere(`nobody in this world is ${who}`)
    return account
  }

  #stockPreKeys(): void {
    if (this.device.preKeys.size >= preKeyFloor) return
    this.device.preKeys.add(this.#ctx.signal.generatePreKeys(preKeyBatch))
  }

  #makeLine(world: World): PhoneLine {
    const retryAnswers = new RetryAnswers(this.#ctx, this.#outbox)
    const parts = {
      inbox: this.#inbox,
      appState: this.#appStateBook,
      retryAnswers,
      groups: this.groups,
      calls: this.calls,
      channels: this.channels,
      status: this.status,
      stockPreKeys: () => this.#stockPreKeys(),
    }
    return new PhoneLine(world, this.device, new Intake(this.#ctx, parts))
  }
}

function isGroup(jid: string): boolean {
  return jid.endsWith('@g.us')
}

/** Whether a chat is known by one JID alone: anything but a person. */
function isPlace(jid: string): boolean {
  return isGroup(jid) || jid.endsWith('@newsletter') || jid.endsWith('@broadcast')
}
