import type { LookupOptions } from 'node:dns'
import type { CredentialStore, CredentialWrite } from '../credentials.ts'
import type { InboundItem } from '../inbound.ts'
import type { PasskeyRequest } from '../passkey.ts'
import type { Account, OpenOptions, PairingQr, SessionHost } from '../session.ts'
import type { SessionState } from '../state.ts'
import type { LookedUp } from './orders.ts'
import type { Invoke } from './peer.ts'

/** What the thread of a session asks of the one who opened it. */
export interface HostCalls extends CredentialStore, Omit<SessionHost, 'stateChanged'> {
  /** @param heardAt when the server was last heard, on the clock that all threads share; 0: not yet */
  stateChanged(state: SessionState, account: Account | undefined, heardAt: number): void
  lookUp(hostname: string, options: LookupOptions): Promise<LookedUp>
}

/** Copies of what a session is, where it does not live. */
export interface Mirror {
  changed(state: SessionState, account: Account | undefined, heardAt: number): void
  accountIs(account: Account): void
}

/** Does for a session in a thread what its host and its credential store do, and knows what is under way. */
export class HostOfThread implements HostCalls {
  readonly #options: OpenOptions
  readonly #mirror: Mirror
  readonly #underWay = new Set<Promise<void>>()

  constructor(options: OpenOptions, mirror: Mirror) {
    this.#options = options
    this.#mirror = mirror
  }

  readonly invoke: Invoke = (method, args) => {
    const call = this[method as keyof HostCalls] as ((...args: readonly unknown[]) => unknown) | undefined
    if (!call) throw new TypeError(`a host has no ${method}`)
    return call.apply(this, [...args])
  }

  /** Resolves when all that may still be stored is stored. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay)
  }

  receive(item: InboundItem, writes: readonly CredentialWrite[]): Promise<void> {
    return this.#during(this.#options.host.receive(item, writes))
  }

  save(writes: readonly CredentialWrite[]): Promise<void> {
    return this.#during(this.#options.credentials.save(writes))
  }

  paired(account: Account): Promise<void> {
    this.#mirror.accountIs(account)
    return this.#during(this.#options.host.paired(account))
  }

  stateChanged(state: SessionState, account: Account | undefined, heardAt: number): void {
    this.#mirror.changed(state, account, heardAt)
    this.#options.host.stateChanged(state)
  }

  accountChanged(account: Account): void {
    this.#mirror.accountIs(account)
    this.#options.host.accountChanged(account)
  }

  pairingQr(qr: PairingQr): void {
    this.#options.host.pairingQr(qr)
  }

  passkeyRequired(request: PasskeyRequest): void {
    this.#options.host.passkeyRequired(request)
  }

  passkeyCode(code: string): void {
    this.#options.host.passkeyCode(code)
  }

  sentMessage(chat: string, id: string): Promise<Uint8Array | undefined> {
    return this.#options.host.sentMessage(chat, id)
  }

  load(kind: string, keys: readonly string[]): Promise<Map<string, Uint8Array>> {
    return this.#options.credentials.load(kind, keys)
  }

  loadAll(kind: string): Promise<Map<string, Uint8Array>> {
    return this.#options.credentials.loadAll(kind)
  }

  loadKinds(kinds: readonly string[]): Promise<Map<string, Map<string, Uint8Array>>> {
    return this.#options.credentials.loadKinds(kinds)
  }

  lookUp(hostname: string, options: LookupOptions): Promise<LookedUp> {
    const { promise, resolve, reject } = Promise.withResolvers<LookedUp>()
    this.#options.proxyLookup?.(hostname, options, (error, address, family) => {
      if (error) reject(error)
      else resolve({ address, family })
    })
    return promise
  }

  #during(work: Promise<void>): Promise<void> {
    const settled = work.catch(() => undefined).then(() => void this.#underWay.delete(settled))
    this.#underWay.add(settled)
    return work
  }
}
