import { type Engine, EngineError, type OpenOptions, type Session, type SessionState } from '@switchboard/engine'

/** A session that stays connecting until the test says how it continues: a world cannot hold dozens of handshakes open. */
export class PatientSession implements Session {
  state: SessionState = { name: 'connecting' }
  readonly account = { jid: '4917012345678:1@s.whatsapp.net' }
  lastHeardAt = 0
  readonly options: OpenOptions

  constructor(options: OpenOptions) {
    this.options = options
  }

  become(state: SessionState): void {
    this.state = state
    this.options.host.stateChanged(state)
  }

  can(): boolean {
    return false
  }

  use(): never {
    throw new EngineError('unsupported', 'this session can do nothing')
  }

  async requestPairingCode(): Promise<string> {
    throw new EngineError('not_connected', 'not pairing')
  }

  async answerPasskey(): Promise<void> {
    throw new EngineError('not_connected', 'not pairing')
  }

  async confirmPasskey(): Promise<void> {
    throw new EngineError('not_connected', 'not pairing')
  }

  async ping(): Promise<void> {}

  setForceActiveReceipts(): void {}

  async close(): Promise<void> {
    this.become({ name: 'closed', reason: 'local' })
  }

  async logout(): Promise<void> {
    this.become({ name: 'logged_out', reason: 'local' })
  }
}

/** An engine of such sessions. Each device with credentials is linked. @param opened takes every session */
export const patientEngine = (opened: PatientSession[]): Engine => ({
  name: 'patient',
  async open(options) {
    const session = new PatientSession(options)
    opened.push(session)
    return session
  },
  isLinked: async () => true,
  newMessageId: () => '3EB0',
  webVersion: [2, 3000, 0],
  newestWebVersion: async () => [2, 3000, 0],
  compose: () => new Uint8Array(),
  files: () => ({}),
  describe: () => ({ type: 'unknown' }),
  mediaIn: () => undefined,
  withFile: (message) => message,
  openVote: () => undefined,
  openSealed: () => undefined,
  openMediaRetry: () => undefined,
  close: async () => {},
})
