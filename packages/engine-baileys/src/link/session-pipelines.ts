import { OwnPrivacy } from '../abilities/privacy/own-privacy.ts'
import { AppStateSync } from '../app-state/app-state-sync.ts'
import { History } from '../inbound/history.ts'
import { HistoryFiles } from '../inbound/history-files.ts'
import { InboundMessages } from '../inbound/inbound-messages.ts'
import { InboundRouter } from '../inbound/inbound-router.ts'
import { MediaConnection } from '../media/media-connection.ts'
import { Uploader } from '../media/uploader.ts'
import { DeviceDirectory } from '../outbound/device-directory.ts'
import { GroupDirectory } from '../outbound/group-directory.ts'
import { PendingAcks } from '../outbound/pending-acks.ts'
import { PrivacyTokens } from '../outbound/privacy-tokens.ts'
import { SendQueue } from '../outbound/send-queue.ts'
import { OwnUsername } from '../session/own-username.ts'
import type { SessionContext } from '../session/session-context.ts'
import { TaskQueue } from '../shared/task-queue.ts'
import type { Connection } from './connection.ts'
import { CredsSaver } from './creds-saver.ts'
import type { PasskeyPairing } from './passkey-pairing.ts'

interface Parts {
  readonly context: SessionContext
  readonly connection: Connection
  readonly passkey: PasskeyPairing
  readonly failed: (error: unknown) => void
  /** The account took another name. */
  readonly renamed: (name: string) => void
}

/** Everything of a session that moves stanzas and credentials. */
export class SessionPipelines {
  readonly lane: TaskQueue
  readonly router: InboundRouter
  readonly history: History
  readonly acks = new PendingAcks()
  readonly directory: DeviceDirectory
  readonly groups: GroupDirectory
  readonly tokens: PrivacyTokens
  readonly privacy: OwnPrivacy
  readonly username: OwnUsername
  readonly sends: SendQueue
  /** Status posts: a large audience keeps no message waiting. */
  readonly posts: SendQueue
  readonly saver: CredsSaver
  readonly uploader: Uploader
  readonly appState: AppStateSync
  readonly #downloads: TaskQueue
  readonly #files: HistoryFiles

  constructor({ context, connection, passkey, failed, renamed }: Parts) {
    this.lane = new TaskQueue(failed)
    this.#downloads = new TaskQueue((error) => context.warn(error, 'history could not be fetched'))
    this.saver = new CredsSaver(context.creds, context.store, failed)
    this.directory = new DeviceDirectory(context)
    this.groups = new GroupDirectory(context)
    this.tokens = new PrivacyTokens(context)
    const media = new MediaConnection(context.wire)
    this.#files = new HistoryFiles(context, media)
    this.history = new History({
      ...{ context, tokens: this.tokens, files: this.#files },
      ...{ lane: this.lane, downloads: this.#downloads },
    })
    this.privacy = new OwnPrivacy(context.wire)
    this.username = new OwnUsername(context)
    this.uploader = new Uploader(context, media)
    const { acks, directory, groups, tokens } = this
    this.sends = new SendQueue({ context, directory, groups, acks, tokens })
    this.posts = new SendQueue({ context, directory, groups, acks, tokens, oneByOne: true })
    this.appState = new AppStateSync({ context, lane: this.lane, renamed, tokens })
    const { lane, privacy, username, appState } = this
    const messages = new InboundMessages(context, this.history, groups, appState)
    this.router = new InboundRouter({
      context,
      connection,
      passkey,
      lane,
      messages,
      directory,
      groups,
      privacy,
      username,
      tokens,
      appState,
    })
  }

  /** Takes nothing more in. */
  stop(): void {
    this.lane.stop()
    this.#downloads.stop()
    this.#files.stop()
    this.uploader.stop()
  }

  /** Resolves when nothing runs any more. Sends without an answer fail. */
  async settled(): Promise<void> {
    this.acks.close()
    const { lane, sends, posts, saver, appState } = this
    const running = [lane, this.#downloads, this.#files, sends, posts, saver, appState]
    await Promise.allSettled(running.map((each) => each.settled()))
  }
}
