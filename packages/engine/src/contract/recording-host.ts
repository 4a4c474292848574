import type { CredentialWrite } from '../credentials.ts'
import type { InboundItem, InboundMessage } from '../inbound.ts'
import type { PasskeyRequest } from '../passkey.ts'
import type { Account, PairingQr, SessionHost } from '../session.ts'
import { isFinal, type SessionState } from '../state.ts'
import type { MemoryCredentials } from './memory-credentials.ts'

const timeoutMs = 60_000

/** A host that keeps what a session told it, over as many connections as use it. */
export class RecordingHost implements SessionHost {
  readonly credentials: MemoryCredentials
  readonly items: InboundItem[] = []
  readonly states: SessionState[] = []
  readonly qrs: PairingQr[] = []
  readonly passkeys: PasskeyRequest[] = []
  readonly passkeyCodes: string[] = []
  readonly accounts: Account[] = []
  readonly sent = new Map<string, Uint8Array>()
  /** Asked before an item is taken; true refuses it. */
  refuse: (item: InboundItem) => boolean = () => false
  readonly #checks = new Set<() => void>()
  #isTaking = false

  constructor(credentials: MemoryCredentials) {
    this.credentials = credentials
  }

  /** What {@link MemoryCredentials.beforeSave} is asked about belongs to an item. */
  get isTaking(): boolean {
    return this.#isTaking
  }

  async receive(item: InboundItem, writes: readonly CredentialWrite[]): Promise<void> {
    if (this.refuse(item)) throw new Error('the item was refused')
    this.#isTaking = true
    const saving = this.credentials.save(writes)
    this.#isTaking = false
    await saving
    this.items.push(item)
    this.#changed()
  }

  stateChanged(state: SessionState): void {
    this.states.push(state)
    this.#changed()
  }

  pairingQr(qr: PairingQr): void {
    this.qrs.push(qr)
    this.#changed()
  }

  passkeyRequired(request: PasskeyRequest): void {
    this.passkeys.push(request)
    this.#changed()
  }

  passkeyCode(code: string): void {
    this.passkeyCodes.push(code)
    this.#changed()
  }

  async paired(account: Account): Promise<void> {
    this.accounts.push(account)
    this.#changed()
  }

  accountChanged(account: Account): void {
    this.accounts.push(account)
    this.#changed()
  }

  async sentMessage(chat: string, id: string): Promise<Uint8Array | undefined> {
    return this.sent.get(`${chat}|${id}`)
  }

  /** Resolves with what `find` finds, now or after any later call. */
  async until<T>(find: (host: this) => T | undefined, what: string): Promise<T> {
    const there = find(this)
    if (there !== undefined) return there
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const check = () => {
      const found = find(this)
      if (found !== undefined) resolve(found)
    }
    const told = () => `${this.states.map(({ name }) => name)}; ${this.items.map(({ kind }) => kind)}`
    const timer = setTimeout(() => reject(new Error(`no ${what} in time; told: ${told()}`)), timeoutMs)
    this.#checks.add(check)
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      this.#checks.delete(check)
    }
  }

  untilState(name: SessionState['name'], after = 0): Promise<SessionState> {
    return this.until((host) => host.states.slice(after).find((state) => state.name === name), `state ${name}`)
  }

  untilFinal(after = 0): Promise<SessionState> {
    return this.until((host) => host.states.slice(after).find(isFinal), 'final state')
  }

  untilItem<K extends InboundItem['kind']>(
    kind: K,
    matches: (item: Extract<InboundItem, { kind: K }>) => boolean = () => true,
  ): Promise<Extract<InboundItem, { kind: K }>> {
    type Item = Extract<InboundItem, { kind: K }>
    return this.until(
      (host) => host.items.find((item): item is Item => item.kind === kind && matches(item as Item)),
      kind,
    )
  }

  untilText(text: string): Promise<InboundMessage> {
    return this.untilItem('message', ({ view }) => view.text === text)
  }

  /** Texts that were handed over, in order. */
  texts(): string[] {
    return this.items.flatMap((item) => (item.kind === 'message' && item.view.text ? [item.view.text] : []))
  }

  #changed(): void {
    for (const check of [...this.#checks]) check()
  }
}
