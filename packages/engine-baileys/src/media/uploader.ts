import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { EngineError, type LocalFile, type OpenFile, type UploadedFile } from '@switchboard/engine'
import type { SessionContext } from '../session/session-context.ts'
import type { MediaConnection, UploadAccess } from './media-connection.ts'
import { mediaHost } from './media-host.ts'
import { mediaKinds } from './media-kinds.ts'
import { type HostAnswer, type PostedFile, postFile } from './post-file.ts'
import { type Arrived, arrivedOf, bytesBehind } from './resume-upload.ts'
import { plainBytes, type SealedFile, sealFile } from './seal-file.ts'

interface Addressed extends PostedFile {
  /** Below the host, such as `mms/image`. */
  readonly place: string
  /** Of the bytes that are posted: their name at the host. */
  readonly hash: Buffer
  /** What has arrived of it may be continued. Of files that lie open nobody has seen that, and they need a name that only a whole upload gets. */
  readonly continues: boolean
  /** A part of it may have arrived: hosts are asked before more of it is posted. */
  isBegun: boolean
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
/** So often one host is asked for how much it has, and gets the rest, as long as that becomes less. */
const mostParts = 20
/** Files that are remembered in the form in which a part of them may have arrived. */
const mostBegun = 64

/** Brings the files of one session to the media hosts. */
export class Uploader {
  readonly #context: SessionContext
  readonly #connection: MediaConnection
  readonly #stop = new AbortController()
  /** Sealed files of which a part may be at a host. */
  readonly #begun = new Map<string, SealedFile>()

  constructor(context: SessionContext, connection: MediaConnection) {
    this.#context = context
    this.#connection = connection
  }

  /** Ends what is under way. */
  stop(): void {
    this.#stop.abort(new EngineError('closed', 'the session ended'))
  }

  /** The media hosts that WhatsApp named for this session. @throws EngineError `timeout`, `refused`, `closed` */
  async hosts(): Promise<readonly string[]> {
    return (await this.#connection.access()).hosts
  }

  async upload(file: LocalFile): Promise<UploadedFile> {
    const { kind, firstFrameLength } = file
    const { place } = mediaKinds[kind]
    const name = await nameOf(file)
    const begun = this.#begun.get(name)
    const sealed = begun ?? (await seal(file))
    const { mediaKey, sha256, size, encSha256, sealedSize, sidecar, firstFrameSidecar } = sealed
    const bytes = () => sealed.bytes()
    this.#begun.delete(name)
    const { directPath, url } = await this.#place({
      ...{ place: `mms/${place}`, hash: encSha256, size: sealedSize, bytes },
      ...{ continues: true, isBegun: begun !== undefined },
    }).catch((error: unknown) => {
      if (error instanceof EngineError && error.code === 'timeout') this.#remember(name, sealed)
      throw error
    })
    return {
      ...{ directPath, url, mediaKey, sha256, encSha256, size },
      mediaKeyAt: this.#context.clock.now(),
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
    const bytes = () => plainBytes(path)
    const placed = await this.#place({ place, hash: sha256, size, bytes, continues: false, isBegun: false })
    if (!placed.handle) throw new EngineError('refused', 'the media host gave no handle')
    return { directPath: placed.directPath, url: placed.url, handle: placed.handle, sha256, size }
  }

  /** Sealed anew it would be another file for the hosts: the next attempt continues with this one. */
  #remember(name: string, sealed: SealedFile): void {
    this.#begun.set(name, sealed)
    if (this.#begun.size > mostBegun) this.#begun.delete(this.#begun.keys().next().value!)
  }

  /** Tries one host after the other, and all of them once more when the access was not good. */
  async #place(file: Addressed): Promise<Placed> {
    let failure: unknown
    for (let round = 0; round < 2; round++) {
      const access = await this.#connection.access()
      let denied = false
      for (const host of access.hosts) {
        const answer = await this.#bring(host, access, file).catch((error: unknown) => {
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

  /** Brings a file to one host. When the connection breaks, the host gets the rest of it, as long as more arrives each time. */
  async #bring(host: string, access: UploadAccess, file: Addressed): Promise<HostAnswer> {
    let failure: unknown
    let reached = -1
    for (let part = 0; part < mostParts; part++) {
      const arrived = file.isBegun ? await this.#arrived(host, access, file) : 0
      if (typeof arrived !== 'number') return { status: 200, body: arrived.complete }
      if (arrived <= reached) break
      reached = arrived
      try {
        const answer = await this.#post(host, access, file, arrived)
        if (mayPass(answer.status)) file.isBegun = file.continues
        return answer
      } catch (error) {
        failure = error
        file.isBegun = file.continues
        if (this.#stop.signal.aborted) break
      }
    }
    throw failure
  }

  /** How much of a file a host has. A host that does not say has nothing. */
  async #arrived(host: string, access: UploadAccess, file: Addressed): Promise<Arrived> {
    const nothing: PostedFile = { size: 0, async *bytes() {} }
    const asked = this.#request(host, access, file, { resume: '1' }, nothing)
    const answer = await asked.catch(() => undefined)
    return answer ? arrivedOf(answer, file.size) : 0
  }

  #post(host: string, access: UploadAccess, file: Addressed, from: number): Promise<HostAnswer> {
    if (from === 0) return this.#request(host, access, file, {}, file)
    const rest = { size: file.size - from, bytes: () => bytesBehind(file.bytes(), from) }
    return this.#request(host, access, file, { file_offset: String(from) }, rest)
  }

  /** Seen in: whatsmeow upload.go `rawUpload`, baileys messages-media.js `getWAUploadToServer`; `resume` and `file_offset` in whatsapp-rust
   *  src/upload.rs (240d631). */
  #request(
    host: string,
    { auth }: UploadAccess,
    file: Addressed,
    more: Readonly<Record<string, string>>,
    posted: PostedFile,
  ): Promise<HostAnswer> {
    const { options, uploadIdleMs: idleMs } = this.#context
    const token = file.hash.toString('base64url')
    const url = mediaHost(`/${file.place}/${token}`, options.endpoints, host)
    url.search = new URLSearchParams({ auth, token, ...more }).toString()
    return postFile(url, posted, { proxy: options, signal: this.#stop.signal, idleMs })
  }
}

/** What a file on the disk is called as long as it stays as it is. */
async function nameOf({ path, kind, firstFrameLength = 0 }: LocalFile): Promise<string> {
  const { size, mtimeMs } = await stat(path)
  return [kind, firstFrameLength, size, mtimeMs, path].join(' ')
}

function seal({ path, kind, firstFrameLength }: LocalFile): Promise<SealedFile> {
  const { seal, played = false } = mediaKinds[kind]
  return sealFile(path, { seal, sidecar: played, firstFrameLength })
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
