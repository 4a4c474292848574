import type { ComposeContext, MessageView, OutgoingContent } from './content/index.ts'
import type { CredentialStore } from './credentials.ts'
import type { OpenOptions, Session } from './session.ts'

/** A protocol library behind the port. One instance serves a whole process; what sessions can share, they share. */
export interface Engine {
  readonly name: string
  /** Starts connecting; resolves at once with a session in state `connecting`. */
  open(options: OpenOptions): Promise<Session>
  /** Whether these credentials belong to a linked account. */
  isLinked(credentials: CredentialStore): Promise<boolean>
  newMessageId(): string
  /** Content → `Message` protobuf. Pure. @throws EngineError `invalid_argument` for content that no phone would let its owner send, `unsupported` */
  compose(content: OutgoingContent, context: ComposeContext): Uint8Array
  /** `Message` protobuf → what a person would say it is. Pure. */
  describe(message: Uint8Array): MessageView
  /** Releases what sessions share (workers, caches). Sessions must be closed before. */
  close(): Promise<void>
}
