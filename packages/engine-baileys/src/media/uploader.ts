import { createHash } from 'node:crypto'
import { EngineError, type LocalFile, type OpenFile, type UploadedFile } from '@switchboard/engine'
import type { SessionContext } from '../session/session-context.ts'
import { MediaConnection, type UploadAccess } from './media-connection.ts'
import { mediaHost } from './media-host.ts'
import { mediaKinds } from './media-kinds.ts'
import { type HostAnswer, type PostedFile, postFile } from './post-file.ts'
import { plainBytes, sealFile } from './seal-file.ts'

interface Addressed extends PostedFile {
  /** Below the host, such as `mms/image`. */
  readonly place: string
  /** Of the bytes that are posted: their name at the host. */
  readonly hash: Buffer
}

interface Placed {
  readonly directPath: string
  readonly url: string
  readonly handle?: string
}

/** What the host says when the access has ended, or is not good. */
const noAccess: ReadonlySet<number> = new Set([401, 403])
/** The same may well be taken by another host, or in a while. */
const mayPass = (status: number): boolean => status >= 500 || status === 408 || status === 429

/** Brings the files of one session to the media hosts. */
export class Uploader {
  readonly #context: SessionContext
  readonly #connection: MediaConnection
  readonly #stop = new AbortController()

  constructor(context: SessionContext) {
    this.#context = context
    this.#connection = new MediaConnection(context.wire)
  }

  /** Ends what is under way. */
  stop(): void {
    this.#stop.abort(new EngineError('closed', 'the session ended'))
  }

  /** The media hosts that WhatsApp named for this session. @throws EngineError `timeout`, `refused`, `closed` */
  async hosts(): Promise<readonly string[]> {
    return (await this.#connection.access()).hosts
  }

  async upload({ path, kind, firstFrameLength }: LocalFile): Promise<UploadedFile> {
    const { seal, place, played = false } = mediaKinds[kind]
    const sealed = await sealFile(path, { seal, sidecar: played, firstFrameLength })
    const { mediaKey, sha256, size, encSha256, sealedSize, sidecar, firstFrameSidecar } = sealed
    const bytes = () => sealed.bytes()
    const { directPath, url } = await this.#place({ place: `mms/${place}`, hash: encSha256, size: sealedSize, bytes })
    return {
      ...{ directPath, url, mediaKey, sha256, encSha256, size },
      mediaKeyAt: Date.now(),
      ...(sidecar ? { sidecar } : {}),
      ...(firstFrameSidecar ? { firstFrame: { length: firstFrameLength!, sidecar: firstFrameSidecar } } : {}),
    }
  }

  /** Seen in: whatsmeow upload.go `UploadNewsletterReader`. */
  async uploadOpenly({ path, kind }: LocalFile): Promise<OpenFile> {
    const hash = createHash('sha256')
    let size = 0
    for await (const chunk of plainBytes(path)) {
      size += chunk.length
      hash.update(chunk)
    }
    const sha256 = hash.digest()
    const place = `newsletter/newsletter-${mediaKinds[kind].place}`
    const placed = await this.#place({ place, hash: sha256, size, bytes: () => plainBytes(path) })
    if (!placed.handle) throw new EngineError('refused', 'the media host gave no handle')
    return { directPath: placed.directPath, url: placed.url, handle: placed.handle, sha256, size }
  }

  /** Tries one host after the other, and all of them once more when the access was not good. */
  async #place(file: Addressed): Promise<Placed> {
    let failure: unknown
    for (let round = 0; round < 2; round++) {
      const access = await this.#connection.access()
      let denied = false
      for (const host of access.hosts) {
        const answer = await this.#post(host, access, file).catch((error: unknown) => {
          failure = error
        })
        if (this.#stop.signal.aborted) throw new EngineError('closed', 'the session ended')

        if (!answer) continue
        if (answer.status === 200) return placedAt(answer.body)
        failure = refusal(answer.status)
        denied = noAccess.has(answer.status)
        if (denied) break
        if (!mayPass(answer.status)) throw failure
      }
      if (!denied) break
      this.#connection.forget(access)
    }
    throw new EngineError('timeout', 'no media host took the file', { cause: failure })
  }

  /** Seen in: whatsmeow upload.go `rawUpload`, baileys messages-media.js `getWAUploadToServer`. */
  #post(host: string, { auth }: UploadAccess, file: Addressed): Promise<HostAnswer> {
    const { options } = this.#context
    const token = file.hash.toString('base64url')
    const url = mediaHost(`/${file.place}/${token}`, options.endpoints, host)
    url.search = new URLSearchParams({ auth, token }).toString()
    return postFile(url, file, options, this.#stop.signal)
  }
}

const refusal = (status: number): EngineError =>
  new EngineError('refused', `the media host answered ${status}`, { remoteCode: status })

function placedAt(body: string): Placed {
  const { direct_path: directPath, url, handle } = readAnswer(body)
  if (!directPath || !url) throw new EngineError('refused', 'the media host did not say where the file is')
  return { directPath, url, ...(handle ? { handle } : {}) }
}

/** Only texts of it count. */
function readAnswer(body: string): { direct_path?: string; url?: string; handle?: string } {
  let answer: unknown
  try {
    answer = JSON.parse(body)
  } catch (cause) {
    throw new EngineError('refused', 'the media host answered with what is no JSON', { cause })
  }
  const entries = Object.entries(typeof answer === 'object' && answer !== null ? answer : {})
  return Object.fromEntries(entries.filter(([, value]) => typeof value === 'string'))
}
