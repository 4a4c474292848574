import {
  type Abilities,
  type AbilityName,
  type Account,
  EngineError,
  isFinal,
  type OpenOptions,
  SendError,
  type Session,
  type SessionState,
} from '@switchboard/engine'
import { ALL_WA_PATCH_NAMES, type BaileysEventMap, type BinaryNode } from 'baileys'
import { contactsAbility } from '../abilities/contacts-ability.ts'
import { chatAddress, markRead } from '../abilities/mark-read.ts'
import { credsWrite, loadLinkedCreds, newCreds } from '../credentials/creds-codec.ts'
import { DeviceStore } from '../credentials/device-store.ts'
import { createKeyStore } from '../credentials/key-store.ts'
import { sendAck } from '../inbound/acknowledge.ts'
import { History } from '../inbound/history.ts'
import { InboundMessages } from '../inbound/inbound-messages.ts'
import { chatStateItem, offlineItem, presenceItem } from '../inbound/inbound-presence.ts'
import { takeReceipt } from '../inbound/inbound-receipts.ts'
import { takeNotification } from '../inbound/notifications.ts'
import { answerRetry } from '../outbound/answer-retry.ts'
import { DeviceDirectory } from '../outbound/device-directory.ts'
import { PendingAcks } from '../outbound/pending-acks.ts'
import { PrivacyTokens } from '../outbound/privacy-tokens.ts'
import { SendQueue } from '../outbound/send-queue.ts'
import { Lane } from '../shared/lane.ts'
import { StorageError } from '../shared/storage-error.ts'
import { DeviceSignal } from '../signal/device-signal.ts'
import { libraryRepository } from '../signal/library-repository.ts'
import { childOf, serverJid } from '../wire/nodes.ts'
import type { Wire } from '../wire/wire.ts'
import { type BaileysSocket, openBaileysSocket, type TakenOver, toEngineError } from './baileys-socket.ts'
import { CredsSaver } from './creds-saver.ts'
import { logIn, setPassive } from './log-in.ts'
import { acceptPairing, PairingRefused, pairingRefusal } from './pairing.ts'
import type { EngineParts, SessionContext } from './session-context.ts'
import { finalState, type Phase } from './states.ts'

const connectDeadlineMs = 25_000
const closeGraceMs = 2_000
const logoutTimeoutMs = 5_000
// The first picture lives longer (seen in: baileys socket.js).
const qrLifetimes = { first: 60_000, later: 20_000 }

let serials = 0

/** One connection of one device, on baileys' socket with a message path of our own. */
export class BaileysSession implements Session {
  readonly #context: SessionContext
  readonly #socket: BaileysSocket
  readonly #lane: Lane
  readonly #downloads: Lane
  readonly #messages: InboundMessages
  readonly #history: History
  readonly #directory: DeviceDirectory
  readonly #acks = new PendingAcks()
  readonly #sends: SendQueue
  readonly #saver: CredsSaver
  readonly #deadline: NodeJS.Timeout
  readonly #ended = Promise.withResolvers<void>()
  #state: SessionState = { name: 'connecting' }
  #phase: Phase = 'connecting'
  #ending: SessionState | undefined
  #qrCount = 0
  #available = false
  #forceActive: boolean
  #pushName: string | undefined
  lastHeardAt = 0

  /** Starts connecting. @throws EngineError `invalid_argument` */
  static async open(options: OpenOptions, parts: EngineParts): Promise<BaileysSession> {
    return new BaileysSession(options, parts, (await loadLinkedCreds(options.credentials)) ?? newCreds())
  }

  private constructor(options: OpenOptions, parts: EngineParts, creds: SessionContext['creds']) {
    const serial = String(++serials)
    const failed = (error: unknown) => this.#failed(error)
    const store = new DeviceStore(options.credentials, () => this.#end({ name: 'closed', reason: 'ownership_lost' }))
    const signal = new DeviceSignal(creds, store, parts.caches, serial)
    const keys = createKeyStore(store, parts.caches, serial)
    const makeSignalRepository = libraryRepository(signal, store)
    this.#forceActive = options.forceActiveReceipts ?? false
    this.#pushName = creds.me?.name
    this.#socket = openBaileysSocket({ creds, keys, options, makeSignalRepository, failed })
    this.#context = {
      ...parts,
      serial,
      options,
      host: options.host,
      creds,
      store,
      signal,
      wire: this.#wire(),
      sendsActiveReceipts: () => this.#available || this.#forceActive,
      notTaken: (error) => this.#notTaken(error),
    }
    this.#lane = new Lane(failed)
    this.#downloads = new Lane((error) => this.#warn(error, 'history could not be fetched'))
    this.#history = new History(this.#context, this.#lane, this.#downloads)
    this.#messages = new InboundMessages(this.#context, this.#history, () => this.#syncAppState())
    this.#directory = new DeviceDirectory(this.#context)
    this.#sends = new SendQueue(this.#context, this.#directory, this.#acks, new PrivacyTokens(this.#context, keys))
    this.#saver = new CredsSaver(creds, store, failed)
    this.#deadline = setTimeout(
      () => this.#end({ name: 'closed', reason: 'connect_failed', detail: 'no answer in time' }),
      connectDeadlineMs,
    )
    this.#deadline.unref()
    this.#listen()
  }

  get state(): SessionState {
    return this.#state
  }

  get account(): Account | undefined {
    const { me, account, platform } = this.#context.creds
    if (!me || !account) return undefined
    return {
      jid: me.id,
      ...(me.lid ? { lid: me.lid } : {}),
      ...(me.name ? { pushName: me.name } : {}),
      ...(platform ? { platform } : {}),
    }
  }

  can(ability: AbilityName): boolean {
    return ability in this.#abilities
  }

  use<Name extends AbilityName>(ability: Name): Abilities[Name] {
    if (!this.can(ability)) throw new EngineError('unsupported', `this engine has no ${ability}`)
    return this.#abilities[ability]
  }

  async requestPairingCode(phone: string): Promise<string> {
    if (!/^\d{5,20}$/.test(phone)) throw new EngineError('invalid_argument', 'an international number, digits only')
    if (this.#state.name !== 'pairing')
      throw new EngineError('not_connected', 'a pairing code needs a session that is being paired')
    return this.#socket.sock.requestPairingCode(phone).catch((error) => Promise.reject(toEngineError(error)))
  }

  async ping(timeoutMs: number): Promise<void> {
    const ping = [{ tag: 'ping', attrs: {} }]
    await this.#context.wire.query(
      { tag: 'iq', attrs: { to: serverJid, type: 'get', xmlns: 'w:p' }, content: ping },
      timeoutMs,
    )
  }

  setForceActiveReceipts(force: boolean): void {
    this.#forceActive = force
  }

  async close(): Promise<void> {
    this.#end({ name: 'closed', reason: 'local' })
    await this.#ended.promise
  }

  async logout(): Promise<void> {
    const jid = this.#context.creds.me?.id
    if (jid && this.#context.creds.account && this.#state.name === 'open') {
      const removal = [{ tag: 'remove-companion-device', attrs: { jid, reason: 'user_initiated' } }]
      const node: BinaryNode = { tag: 'iq', attrs: { to: serverJid, type: 'set', xmlns: 'md' }, content: removal }
      await this.#context.wire
        .query(node, logoutTimeoutMs)
        .catch((error) => this.#warn(error, 'logging out was not answered'))
    }
    this.#end({ name: 'logged_out', reason: 'local' })
    await this.#ended.promise
  }

  readonly #abilities: Abilities = {
    messaging: {
      send: async (message) => {
        this.#assertOpen(new SendError('not_sent', 'the session is not open'))
        return this.#sends.send(message)
      },
      markRead: async (receipt) => {
        this.#assertOpen()
        const settings = (await this.#socket.sock.fetchPrivacySettings().catch(() => ({}))) as Record<string, string>
        await markRead(receipt, settings['readreceipts'] === 'none', this.#context)
      },
    },
    presence: {
      setAvailable: async (available) => {
        this.#assertOpen()
        this.#available = available && this.#pushName !== undefined
        if (!this.#pushName) return false
        await this.#socket.sock.sendPresenceUpdate(available ? 'available' : 'unavailable')
        return true
      },
      setChatState: async (chat, state) => {
        this.#assertOpen()
        await this.#socket.sock.sendPresenceUpdate(state, await chatAddress(chat, this.#context))
      },
      subscribe: async (jid) => {
        this.#assertOpen()
        await this.#socket.sock.presenceSubscribe(await chatAddress(jid, this.#context))
      },
    },
    contacts: { registrations: async (phones) => contactsAbility(this.#context.wire).registrations(phones) },
    passive: {
      setPassive: async (passive) => {
        this.#assertOpen()
        await setPassive(passive, this.#context)
      },
    },
  }

  #assertOpen(error: Error = new EngineError('not_connected', 'the session is not open')): void {
    if (this.#state.name !== 'open') throw error
  }

  #wire(): Wire {
    const { sock } = this.#socket
    return {
      send: (node) => sock.sendNode(node),
      query: async (node, timeoutMs) => {
        if (!sock.ws.isOpen) throw new EngineError('closed', 'the connection is closed')
        const answer = (await sock.query(node, timeoutMs).catch((error: unknown) => {
          throw toEngineError(error)
        })) as BinaryNode | undefined
        // The library answers a time-out with nothing.
        if (!answer) throw new EngineError('timeout', 'WhatsApp did not answer in time')
        return answer
      },
      get isOpen() {
        return sock.ws.isOpen
      },
    }
  }

  #listen(): void {
    const { ws, ev } = this.#socket.sock
    ws.on('open', () => (this.#phase = 'handshake'))
    ws.on('frame', (frame: BinaryNode | Uint8Array) => this.#heard(frame))
    this.#take('CB:message', (node) => this.#messages.handle(node))
    this.#take('CB:receipt', (node) => this.#takeReceipt(node))
    this.#take('CB:notification', (node) => this.#takeNotification(node))
    this.#take('CB:call', (node) => sendAck(node, this.#context))
    this.#take('CB:presence', async (node) => this.#receive(await presenceItem(node, this.#context.signal.book)))
    this.#take('CB:chatstate', async (node) => this.#receive(await chatStateItem(node, this.#context.signal.book)))
    this.#take('CB:ib,,offline_preview', (node) =>
      this.#receive(offlineItem('begin', childOf(node, 'offline_preview'))),
    )
    this.#take('CB:ib,,offline', (node) => this.#receive(offlineItem('end', childOf(node, 'offline'))))
    ws.on('CB:ack,class:message', (node: BinaryNode) => this.#acks.take(node))
    ws.on('CB:success', (node: BinaryNode) => void this.#logIn(node).catch((error) => this.#failed(error)))
    ws.on('CB:iq,,pair-success', (node: BinaryNode) => void this.#pair(node).catch((error) => this.#failed(error)))
    ev.on('connection.update', (update) => this.#connectionChanged(update))
    ev.on('creds.update', () => this.#credsChanged())
  }

  #take(event: string, handle: (node: BinaryNode) => Promise<void>): void {
    this.#socket.sock.ws.on(event, (node: BinaryNode) => void this.#lane.add(() => this.#handled(node, handle)))
  }

  // A stanza that trips over a fault of ours must not come back for ever: only what the store refused is left unacknowledged.
  async #handled(node: BinaryNode, handle: (node: BinaryNode) => Promise<void>): Promise<void> {
    try {
      await handle(node)
    } catch (error) {
      if (error instanceof StorageError) return this.#notTaken(error)
      this.#warn(error, `a ${node.tag} could not be handled`)
      if (node.attrs['id']) await sendAck(node, this.#context, 500)
    }
  }

  #heard(frame: BinaryNode | Uint8Array): void {
    this.lastHeardAt = Date.now()
    if (this.#phase === 'handshake' && !(frame instanceof Uint8Array)) this.#phase = 'up'
  }

  async #receive(item: Parameters<SessionContext['host']['receive']>[0] | undefined): Promise<void> {
    if (item) await this.#context.store.guard(this.#context.host.receive(item, []))
  }

  async #takeReceipt(node: BinaryNode): Promise<void> {
    if (node.attrs['type'] !== 'retry') return takeReceipt(node, this.#context)
    // It asks the server for keys: not in the lane, where what comes behind would wait.
    void this.#handled(node, () => answerRetry(node, this.#directory, this.#context))
  }

  async #takeNotification(node: BinaryNode): Promise<void> {
    const original = (each: BinaryNode) => this.#original('CB:notification', each)
    const taken = this.#handled(node, () =>
      takeNotification(node, { context: this.#context, directory: this.#directory, original }),
    )
    // Only an identity change concerns the messages behind it; the others may wait for answers of the server.
    if (node.attrs['type'] === 'encrypt' && childOf(node, 'identity')) await taken
  }

  #original(event: TakenOver, node: BinaryNode): Promise<void> {
    return this.#socket.original(event, node)
  }

  async #logIn(success: BinaryNode): Promise<void> {
    try {
      await logIn(success, this.#context)
    } catch (error) {
      this.#warn(error, 'logging in failed')
      this.#end({ name: 'closed', reason: error instanceof StorageError ? 'connection_lost' : 'connect_failed' })
      return
    }
    if (this.#ending) return
    clearTimeout(this.#deadline)
    this.#change({ name: 'open' })
    // Lets the library ask for the account's settings.
    this.#socket.sock.ev.emit('connection.update', { connection: 'open' })
    await this.#history.resume()
    if (this.#context.creds.myAppStateKeyId && !this.#context.creds.me?.name) this.#syncAppState()
  }

  async #pair(node: BinaryNode): Promise<void> {
    const { creds, store, host, wire } = this.#context
    try {
      const { reply, creds: update } = acceptPairing(node, creds)
      Object.assign(creds, update, { pairingCode: undefined, registered: true })
      await store.save([credsWrite(creds)])
      await host.paired(this.account!)
      await wire.send(reply)
    } catch (error) {
      const text = error instanceof PairingRefused ? error.text : 'internal-error'
      await wire.send(pairingRefusal(node, text)).catch(() => {})
      this.#warn(error, 'a pairing was refused')
      this.#end({ name: 'closed', reason: 'pairing_failed', detail: text })
    }
  }

  /** Fetches the settings that the account's devices share; the push name is among them. */
  #syncAppState(): void {
    const { sock } = this.#socket
    sock
      .resyncAppState([...ALL_WA_PATCH_NAMES], true)
      .catch((error: unknown) => this.#warn(error, 'app state could not be fetched'))
  }

  #connectionChanged({ qr, connection, lastDisconnect }: Partial<BaileysEventMap['connection.update']>): void {
    if (qr) this.#showQr(qr)
    if (connection !== 'close') return
    const error = lastDisconnect?.error as
      | { output?: { statusCode?: number }; data?: unknown; message?: string }
      | undefined
    const report = { statusCode: error?.output?.statusCode, data: error?.data, message: error?.message ?? '' }
    void this.#finish(this.#ending ?? finalState(report, this.#phase))
  }

  #showQr(text: string): void {
    if (this.#ending) return
    if (this.#state.name === 'connecting') {
      clearTimeout(this.#deadline)
      this.#phase = 'pairing'
      this.#change({ name: 'pairing' })
    }
    this.#context.host.pairingQr({ text, validForMs: this.#qrCount++ === 0 ? qrLifetimes.first : qrLifetimes.later })
  }

  #credsChanged(): void {
    const { creds } = this.#context
    this.#saver.changed()
    const name = creds.me?.name
    if (!creds.account || !name || name === this.#pushName) return
    this.#pushName = name
    const of = {
      jid: this.account!.jid.replace(/:\d+@/, '@'),
      ...(creds.me?.lid ? { lid: creds.me.lid.replace(/:\d+@/, '@') } : {}),
    }
    void this.#lane.add(async () => {
      const item = { kind: 'push_name' as const, at: Date.now(), offline: false, of, name, own: true }
      await this.#context.store
        .guard(this.#context.host.receive(item, [credsWrite(creds)]))
        .catch((error) => this.#notTaken(error))
    })
    this.#context.host.accountChanged(this.account!)
  }

  #change(state: SessionState): void {
    if (isFinal(this.#state)) return
    this.#state = state
    this.#context.host.stateChanged(state)
  }

  #warn(error: unknown, message: string): void {
    // What fails because the session ends is no news.
    if (this.#ending && toEngineError(error).code === 'closed') return
    this.#context.logger.warn({ device: this.#context.options.deviceId, error: String(error) }, message)
  }

  #failed(error: unknown): void {
    this.#warn(error, 'something in a session failed')
    if (error instanceof StorageError) this.#notTaken(error)
  }

  #notTaken(error: unknown): void {
    this.#warn(error, 'an item was not taken')
    this.#end({
      name: 'closed',
      reason: 'connection_lost',
      detail: 'what came could not be stored; it will come again',
    })
  }

  /** Begins to end the connection; the first reason stands. */
  #end(state: SessionState): void {
    if (this.#ending || isFinal(this.#state)) return
    this.#ending = state
    this.#lane.stop()
    this.#downloads.stop()
    const { sock } = this.#socket
    // A peer that does not answer the closing handshake would hold it for half a minute.
    const grace = setTimeout(() => terminate(sock.ws), closeGraceMs)
    sock
      .end(undefined)
      .catch((error) => this.#warn(error, 'ending a socket failed'))
      .finally(() => clearTimeout(grace))
  }

  async #finish(state: SessionState): Promise<void> {
    this.#ending ??= state
    clearTimeout(this.#deadline)
    this.#lane.stop()
    this.#downloads.stop()
    this.#acks.close()
    await Promise.allSettled([
      this.#lane.settled(),
      this.#downloads.settled(),
      this.#sends.settled(),
      this.#saver.settled(),
    ])
    this.#change(state)
    this.#ended.resolve()
  }
}

function terminate(ws: unknown): void {
  const { socket } = ws as { socket?: { terminate(): void } | null }
  socket?.terminate()
}
