import type { SignalKeyStore } from 'baileys'
import { OwnPrivacy } from '../abilities/privacy/own-privacy.ts'
import { History } from '../inbound/history.ts'
import { InboundMessages } from '../inbound/inbound-messages.ts'
import { InboundRouter } from '../inbound/inbound-router.ts'
import { Uploader } from '../media/uploader.ts'
import { DeviceDirectory } from '../outbound/device-directory.ts'
import { GroupDirectory } from '../outbound/group-directory.ts'
import { PendingAcks } from '../outbound/pending-acks.ts'
import { PrivacyTokens } from '../outbound/privacy-tokens.ts'
import { SendQueue } from '../outbound/send-queue.ts'
import type { SessionContext } from '../session/session-context.ts'
import { TaskQueue } from '../shared/task-queue.ts'
import type { BaileysSocket } from './baileys-socket.ts'
import { CredsSaver } from './creds-saver.ts'

interface Parts {
  readonly context: SessionContext
  readonly socket: BaileysSocket
  readonly keys: SignalKeyStore
  readonly failed: (error: unknown) => void
  readonly appStateKeysArrived: () => void
}

/** Everything of a session that moves stanzas and credentials. */
export class SessionPipelines {
  readonly lane: TaskQueue
  readonly history: History
  readonly acks = new PendingAcks()
  readonly directory: DeviceDirectory
  readonly groups: GroupDirectory
  readonly tokens: PrivacyTokens
  readonly privacy: OwnPrivacy
  readonly sends: SendQueue
  /** Status posts: a large audience keeps no message waiting. */
  readonly posts: SendQueue
  readonly saver: CredsSaver
  readonly uploader: Uploader
  readonly #downloads: TaskQueue

  constructor({ context, socket, keys, failed, appStateKeysArrived }: Parts) {
    this.lane = new TaskQueue(failed)
    this.#downloads = new TaskQueue((error) => context.warn(error, 'history could not be fetched'))
    this.history = new History(context, this.lane, this.#downloads)
    this.saver = new CredsSaver(context.creds, context.store, failed)
    this.directory = new DeviceDirectory(context)
    this.groups = new GroupDirectory(context)
    this.tokens = new PrivacyTokens(context, keys)
    this.privacy = new OwnPrivacy(context.wire)
    this.uploader = new Uploader(context)
    const { acks, directory, groups, tokens } = this
    this.sends = new SendQueue({ context, directory, groups, acks, tokens })
    this.posts = new SendQueue({ context, directory, groups, acks, tokens, oneByOne: true })
    const messages = new InboundMessages(context, this.history, groups, appStateKeysArrived)
    new InboundRouter({ context, socket, lane: this.lane, messages, directory, groups, privacy: this.privacy })
  }

  /** Takes nothing more in. */
  stop(): void {
    this.lane.stop()
    this.#downloads.stop()
    this.uploader.stop()
  }

  /** Resolves when nothing runs any more. Sends without an answer fail. */
  async settled(): Promise<void> {
    this.acks.close()
    const running = [
      this.lane.settled(),
      this.#downloads.settled(),
      this.sends.settled(),
      this.posts.settled(),
      this.saver.settled(),
    ]
    await Promise.allSettled(running)
  }
}
