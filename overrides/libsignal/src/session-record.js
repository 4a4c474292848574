import { deserializeSession, hasOpenSession, prefixed, SessionRecord as State } from '@switchboard/signal'

/** Holds the sessions with one device for libsignal's callers; the record itself is that of @switchboard/signal. */
export class SessionRecord {
  constructor(state = new State(undefined, [])) {
    this.state = state
  }

  /** From the bytes that {@link serialize} gave. The JSON objects of the npm package `libsignal` are refused. */
  static deserialize(data) {
    if (!(data instanceof Uint8Array)) throw new TypeError('A session record is bytes')
    return new SessionRecord(deserializeSession(data))
  }

  serialize() {
    return Buffer.from(this.state.serialize())
  }

  haveOpenSession() {
    return hasOpenSession(this.state)
  }

  /** What callers read of the open session: whose it is and what identifies it. */
  getOpenSession() {
    const { current } = this.state
    if (!current) return undefined
    const keys = { baseKey: publicKey(current.baseKey), remoteIdentityKey: publicKey(current.remoteIdentity) }
    return { registrationId: current.remoteRegistrationId, indexInfo: keys }
  }
}

function publicKey(raw) {
  return Buffer.from(prefixed(raw))
}
