import type {
  ComposeContext,
  MediaContent,
  MediaFiles,
  MessageView,
  OpenedSeal,
  OutgoingContent,
  SealedParties,
  UploadedFile,
} from './content/index.ts'
import type { CredentialStore } from './credentials.ts'
import type { Endpoints } from './endpoints.ts'
import type { InboundMediaRetry, MediaRetryAnswer } from './inbound.ts'
import type { OpenOptions, Session } from './session.ts'

/** Version of WhatsApp Web, such as 2.3000.1043857760. */
export type WebVersion = readonly [number, number, number]

export interface VersionSource {
  readonly endpoints: Endpoints
  /** http, https or socks5 URL that the question goes through. */
  readonly proxyUrl?: string
  /** Ends the wait. */
  readonly signal: AbortSignal
}

/** Why a thread of an engine ended: an error that nothing caught, no memory, an exit by itself; or it gave no sign of life and was ended. */
export type ThreadEndCause = 'error' | 'memory' | 'exit' | 'standstill'

/** The threads of an engine that has some. */
export interface EngineThreads {
  readonly running: number
  /** How many ended without having been told to. */
  readonly ended: Readonly<Record<ThreadEndCause, number>>
}

/** A protocol library behind the port. One instance serves a whole process; what sessions can share, they share. */
export interface Engine {
  readonly name: string
  /** Starts connecting; resolves at once with a session in state `connecting`. */
  open(options: OpenOptions): Promise<Session>
  /** Whether these credentials belong to a linked account. */
  isLinked(credentials: CredentialStore): Promise<boolean>
  newMessageId(): string
  /** The WhatsApp Web version that sessions present unless they get another one. */
  readonly webVersion: WebVersion
  /** Asks the web client's page for the newest version. @throws EngineError `unsupported` where there is no such page, `refused`, `timeout`, `closed` */
  newestWebVersion(from: VersionSource): Promise<WebVersion>
  /** Content → `Message` protobuf. Pure. @throws EngineError `invalid_argument` for content that no phone would let its owner send, `unsupported` */
  compose(content: OutgoingContent, context: ComposeContext): Uint8Array
  /** `Message` protobuf → what a person would say it is. Pure. */
  describe(message: Uint8Array): MessageView
  /** The file of a message as content to send again, without caption and flags: nothing has to be uploaded for that. Undefined for a message without a file,
   *  or without its file at a host. Pure. */
  mediaIn(message: Uint8Array): MediaContent | undefined
  /** A composed message with the file that belongs to it, now that it is uploaded. Pure. @throws EngineError `invalid_argument` for a message without a file */
  withFile(message: Uint8Array, file: UploadedFile): Uint8Array
  /** `Message` protobuf → where its files are. Pure. */
  files(message: Uint8Array): MediaFiles
  /** What a vote in a poll chooses, as {@link PollView.hashes} name options; undefined when it cannot be opened with the poll's secret. Pure.
   *  @param poll the poll as it came or went */
  openVote(vote: Uint8Array, poll: Uint8Array, parties: SealedParties): readonly string[] | undefined
  /** What somebody sealed about a message with that message's secret: a reaction, a comment, an answer to an event, an edit, an option for a poll. Undefined
   *  when it cannot be opened. Pure. @param target that message as it came or went */
  openSealed(message: Uint8Array, target: Uint8Array, parties: SealedParties): OpenedSeal | undefined
  /** What the phone answered, which is sealed with the key of the file. Undefined when it is not about that message. Pure.
   *  @param message the one that it is said to be about, as it came or went */
  openMediaRetry(item: InboundMediaRetry, message: Uint8Array): MediaRetryAnswer | undefined
  /** Absent where every session lives in the thread that opens it. */
  threads?(): EngineThreads
  /** Releases what sessions share (workers, caches). Sessions must be closed before. */
  close(): Promise<void>
}
