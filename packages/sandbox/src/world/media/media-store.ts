import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { WorldClock } from '../world-clock.ts'
import { TransferFaults } from './transfer-faults.ts'

/** A stored file, named by the SHA-256 (base64url) of its bytes as they travel. */
export interface StoredFile {
  readonly hash: string
  readonly bytes: Uint8Array
  /** User part of the LID of whoever stored it first. */
  readonly owner: string
}

/** A way to a file. Several may lead to one file; each ends by itself. */
export interface MediaLink {
  readonly id: string
  readonly hash: string
  readonly kind: string
  /** What a request is answered with once the link no longer leads anywhere. */
  ended?: number
}

/** Gets every change, so that files can outlive the process. */
export interface MediaJournal {
  file(hash: string, file: StoredFile | undefined): void
  link(id: string, link: MediaLink | undefined): void
}

export type MediaLookup =
  | { readonly status: 200; readonly file: StoredFile; readonly link: MediaLink }
  | { readonly status: 403 | 404 | 410 }

const dayMs = 24 * 60 * 60 * 1000
/** How long files are kept. Documented for undelivered media: 30 days. */
const keptMs = 30 * dayMs
const keptLinks = 50_000

/** What the media host holds: files by content, and links with an end. The oldest files go when the total is reached. */
export class MediaStore {
  readonly #clock: WorldClock
  readonly #secret: Uint8Array
  readonly #files = new Map<string, StoredFile>()
  readonly #links = new Map<string, MediaLink>()
  #totalBytes = 0
  /** Files beyond this are dropped, oldest first. */
  maxTotalBytes = 256 * 1024 * 1024
  readonly uploadFaults = new TransferFaults()
  readonly downloadFaults = new TransferFaults()
  journal: MediaJournal | undefined

  /** @param secret signs links; the same secret makes links of an earlier life good */
  constructor(clock: WorldClock, secret: Uint8Array) {
    this.#clock = clock
    this.#secret = secret
  }

  get totalBytes(): number {
    return this.#totalBytes
  }

  /** Stores a file and returns a new link to it: a path that begins with `/v/` and carries its end and a signature.
   *  @param keptForMs how long the link leads to it */
  put(kind: string, bytes: Uint8Array, owner: string, keptForMs = keptMs): { path: string; hash: string } {
    const hash = createHash('sha256').update(bytes).digest('base64url')
    this.#keep({ hash, bytes, owner: this.#files.get(hash)?.owner ?? owner })
    return { path: this.link(kind, hash, keptForMs), hash }
  }

  /** A new link to a file that is there. */
  link(kind: string, hash: string, keptForMs = keptMs): string {
    const link: MediaLink = { id: randomBytes(12).toString('hex'), hash, kind }
    this.#addLink(link)
    const end = Math.floor((this.#clock.now() + keptForMs) / 1000).toString(16)
    // Clients append `&hash=…`: the path must have a query already (whatsmeow download.go).
    return `/v/${kind}/${link.id}.enc?ccb=11-4&oh=${this.#sign(link.id, end)}&oe=${end}&_nc_sid=5e03e0`
  }

  /** Follows a link. 403 when it was tampered with, 410 when it has ended, 404 when it leads nowhere. */
  find(path: string): MediaLookup {
    const url = URL.parse(path, 'http://media')
    const id = /^\/v\/[\w-]+\/([0-9a-f]+)\.enc$/.exec(url?.pathname ?? '')?.[1]
    if (!url || !id) return { status: 404 }
    const end = url.searchParams.get('oe') ?? ''
    if (!same(url.searchParams.get('oh') ?? '', this.#sign(id, end))) return { status: 403 }
    const link = this.#links.get(id)
    if (!link) return { status: 404 }
    if (link.ended) return { status: link.ended as 403 | 404 | 410 }
    if (Number.parseInt(end, 16) * 1000 <= this.#clock.now()) return { status: 410 }
    const file = this.#files.get(link.hash)
    return file ? { status: 200, file, link } : { status: 410 }
  }

  /** The file itself, whatever became of its links: what somebody who downloaded it before still has. */
  file(hash: string): StoredFile | undefined {
    return this.#files.get(hash)
  }

  /** A file that was stored under that kind and can still be had: uploads of it need not be repeated. */
  linkTo(kind: string, hash: string): string | undefined {
    return this.#files.has(hash) ? this.link(kind, hash) : undefined
  }

  /** Ends every link to a file with that status. The file stays for those who have it.
   *  @returns how many links ended */
  expire(hash: string, status: 403 | 404 | 410 = 410): number {
    const links = [...this.#links.values()].filter((link) => link.hash === hash && !link.ended)
    for (const link of links) {
      link.ended = status
      this.journal?.link(link.id, link)
    }
    return links.length
  }

  /** Removes a file for good. False when there is none. */
  remove(hash: string): boolean {
    const file = this.#files.get(hash)
    if (!file) return false
    this.#files.delete(hash)
    this.#totalBytes -= file.bytes.length
    this.journal?.file(hash, undefined)
    return true
  }

  clear(): void {
    for (const hash of [...this.#files.keys()]) this.remove(hash)
    for (const id of [...this.#links.keys()]) this.#forgetLink(id)
  }

  /** Everything as plain data, oldest first. */
  snapshot(): { files: StoredFile[]; links: MediaLink[] } {
    return { files: [...this.#files.values()], links: [...this.#links.values()] }
  }

  restore({ files, links }: { files: readonly StoredFile[]; links: readonly MediaLink[] }): void {
    for (const file of files) this.#keep(file)
    for (const link of links) this.#links.set(link.id, link)
  }

  #addLink(link: MediaLink): void {
    this.#links.set(link.id, link)
    this.journal?.link(link.id, link)
    for (const id of this.#links.keys()) {
      if (this.#links.size <= keptLinks) break
      this.#forgetLink(id)
    }
  }

  #forgetLink(id: string): void {
    this.#links.delete(id)
    this.journal?.link(id, undefined)
  }

  #keep(file: StoredFile): void {
    if (this.#files.has(file.hash)) return
    this.journal?.file(file.hash, file)
    this.#files.set(file.hash, file)
    this.#totalBytes += file.bytes.length
    for (const hash of this.#files.keys()) {
      if (this.#totalBytes <= this.maxTotalBytes || hash === file.hash) break
      this.remove(hash)
    }
  }

  #sign(id: string, end: string): string {
    return createHmac('sha256', this.#secret).update(`${id}|${end}`).digest('hex').slice(0, 32)
  }
}

function same(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other))
}
