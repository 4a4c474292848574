/** What an answer of Chatwoot, or none, means for the request. */
export type ChatwootFault =
  /** Try again later: no connection, no answer in time, too much at once, a fault of the server. */
  | 'away'
  /** The token may not do this. */
  | 'refused'
  /** What the request is about is not there. */
  | 'missing'
  /** Chatwoot does not take it, and will not. */
  | 'invalid'

/** A request to Chatwoot that did not succeed. */
export class ChatwootError extends Error {
  override readonly name = 'ChatwootError'
  readonly fault: ChatwootFault
  /** Whether it is known that nothing of it is still being worked on: an answer came, or it never left. */
  readonly isOver: boolean
  /** HTTP status; undefined when there was no answer. */
  readonly status: number | undefined
  readonly retryAfterMs: number | undefined

  constructor(
    message: string,
    given: { fault: ChatwootFault; isOver: boolean; status?: number; retryAfterMs?: number | undefined },
  ) {
    super(message)
    this.fault = given.fault
    this.isOver = given.isOver
    this.status = given.status
    this.retryAfterMs = given.retryAfterMs
  }
}

/** A proxy in front of Chatwoot answers these while Chatwoot may still be at work. */
const fromProxies: ReadonlySet<number> = new Set([408, 502, 504])

/** Validation errors that pass by themselves. Source: chatwoot/chatwoot, message.rb, `prevent_message_flooding`. */
const passing = /too many messages/i

/** What an answer that is no success means. @param text its body */
export function faultOf(status: number, text: string, retryAfterMs: number | undefined): ChatwootError {
  const words = wordsOf(text)
  const message = `Chatwoot answered ${status}${words && `: ${words}`}`
  const given = { status, isOver: !fromProxies.has(status), retryAfterMs }
  if (status === 401 || status === 403) return new ChatwootError(message, { ...given, fault: 'refused' })
  if (status === 404) return new ChatwootError(message, { ...given, fault: 'missing' })
  const passes = status < 400 || status >= 500 || status === 408 || status === 429 || passing.test(words)
  return new ChatwootError(message, { ...given, fault: passes ? 'away' : 'invalid' })
}

/** Controllers answer `error`, models `message`; pages of proxies say nothing that helps. */
function wordsOf(text: string): string {
  try {
    const { error, message } = JSON.parse(text)
    return String(error ?? message ?? '').slice(0, 200)
  } catch {
    return ''
  }
}
