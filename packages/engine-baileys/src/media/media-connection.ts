import { EngineError } from '@switchboard/engine'
import { childOf, childrenNamed, serverJid } from '../wire/nodes.ts'
import type { Wire } from '../wire/wire.ts'

/** Where files may be brought, and what to show there. */
export interface UploadAccess {
  /** Host names, the one to try first in front. */
  readonly hosts: readonly string[]
  readonly auth: string
}

const hostName = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/i
/** So long before its end an access is not used any more. */
const marginMs = 30_000

/** The media hosts that WhatsApp names for a session, asked for once and again when the answer has ended. */
export class MediaConnection {
  readonly #wire: Wire
  #access: Promise<UploadAccess> | undefined
  #newest: UploadAccess | undefined
  #endsAt = 0

  constructor(wire: Wire) {
    this.#wire = wire
  }

  /** @throws EngineError `timeout`, `refused`, `closed` */
  access(): Promise<UploadAccess> {
    if (!this.#access || performance.now() > this.#endsAt) {
      this.#endsAt = Number.POSITIVE_INFINITY
      this.#access = this.#ask().catch((error) => {
        this.#access = undefined
        throw error
      })
    }
    return this.#access
  }

  /** What it shows is not accepted any more. */
  forget(refused: UploadAccess): void {
    if (this.#newest === refused) this.#access = undefined
  }

  /** Seen in: whatsmeow mediaconn.go, baileys messages-send.js `refreshMediaConn`. */
  async #ask(): Promise<UploadAccess> {
    const attrs = { to: serverJid, type: 'set', xmlns: 'w:m' }
    const answer = await this.#wire.query({ tag: 'iq', attrs, content: [{ tag: 'media_conn', attrs: {} }] })
    const node = childOf(answer, 'media_conn')
    const { auth, ttl } = node?.attrs ?? {}
    // A host that lists what it is for, and uploads are not among it, is only for downloads.
    const takes = childrenNamed(node, 'host').filter(
      (host) => !Array.isArray(host.content) || host.content.length === 0 || childOf(host, 'upload'),
    )
    const isFallback = ({ attrs }: (typeof takes)[number]) => attrs['type'] === 'fallback'
    const hosts = [...takes.filter((host) => !isFallback(host)), ...takes.filter(isFallback)]
      .map((host) => host.attrs['hostname'] ?? '')
      .filter((name) => hostName.test(name))
    if (!auth || hosts.length === 0) throw new EngineError('refused', 'WhatsApp named no media host')
    this.#endsAt = performance.now() + Math.max(0, (Number(ttl) || 0) * 1000 - marginMs)
    this.#newest = { hosts: [...new Set(hosts)], auth }
    return this.#newest
  }
}
