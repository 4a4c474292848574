import type { MessageTarget } from '../content/change.ts'
import type { MediaFile } from '../content/media-file.ts'

/** The message that holds the file. */
export interface AskedAgain extends MessageTarget {
  readonly chat: string
  /** Key of its file. */
  readonly key: Uint8Array
}

/** Files that lie at WhatsApp. They come over the session's proxy, from WhatsApp's media hosts and from nowhere else, whatever a message says. */
export interface Downloads {
  /** Resolves when the media host begins to answer. The file is opened and checked while it flows: its last bytes come only when MAC, both hashes and size are
   *  those of the message, and otherwise the stream ends with `media_flawed` before them. What came until then is not to be used.
   *  @throws EngineError `media_gone`, `media_flawed`, `refused` with the HTTP status, `timeout` */
  fetch(file: MediaFile, options?: { readonly signal?: AbortSignal }): Promise<AsyncIterable<Uint8Array>>
  /** Asks the account's phone to store the file at WhatsApp again. Resolves when the request has left; the answer comes as an item `media_retry`, whenever
   *  the phone is there. @throws EngineError `closed` */
  askAgain(message: AskedAgain): Promise<void>
}
