import type { CredentialWrite } from '@switchboard/engine'
import type { HistorySyncNotification } from '../generated/messages.ts'
import type { MediaConnection } from '../media/media-connection.ts'
import { mediaHost } from '../media/media-host.ts'
import { request } from '../media/request.ts'
import type { SessionContext } from '../session/session-context.ts'
import { TaskQueue } from '../shared/task-queue.ts'

/** Kind of what shows the media host that this device may remove its history; it has one entry. */
export const companionNonceKind = 'companion-nonce'
const nonceKey = 'nonce'

/**
 * Removes files of history from the media host once they are taken in: nobody else needs them. It is tried once, behind everything else. A file for which it
 * fails stays there until its link ends.
 */
export class HistoryFiles {
  readonly #context: SessionContext
  readonly #connection: MediaConnection
  readonly #stop = new AbortController()
  readonly #removals: TaskQueue

  constructor(context: SessionContext, connection: MediaConnection) {
    this.#context = context
    this.#connection = connection
    this.#removals = new TaskQueue((error) => context.warn(error, 'a file of history could not be removed'))
  }

  /** The write that keeps the nonce. The phone gives it with its history. Seen in: whatsmeow message.go `storeCompanionMetaNonce`. */
  learn(nonce: string): CredentialWrite {
    return { kind: companionNonceKind, key: nonceKey, value: Buffer.from(nonce) }
  }

  /** Removes the file of a chunk of which all is stored; one that came in the message has none. */
  remove(notification: HistorySyncNotification): void {
    if (notification.directPath && notification.fileEncSha256?.length) {
      void this.#removals.add(() => this.#remove(notification))
    }
  }

  stop(): void {
    this.#removals.stop()
    this.#stop.abort(new Error('the session ended'))
  }

  settled(): Promise<void> {
    return this.#removals.settled()
  }

  /** Seen in: whatsmeow upload.go `DeleteMedia`. */
  async #remove({ directPath, fileEncSha256, encHandle }: HistorySyncNotification): Promise<void> {
    const { options, store } = this.#context
    const { hosts, auth } = await this.#connection.access()
    const token = Buffer.from(fileEncSha256!).toString('base64url')
    const url = mediaHost(`/mms/md-msg-hist/${token}`, options.endpoints, hosts[0])
    const path = Buffer.from(directPath!.replace(/\?.*/s, '')).toString('base64url')
    url.search = new URLSearchParams({ auth, token, d_md: path, ...(encHandle && { e_handle: encHandle }) }).toString()
    const nonce = encHandle ? await store.load(companionNonceKind, nonceKey) : undefined
    const headers = nonce ? { Companion_User_Secret: Buffer.from(nonce).toString() } : {}
    const answer = await request(url, options, { method: 'DELETE', headers, signal: this.#stop.signal })
    answer.destroy()
  }
}
