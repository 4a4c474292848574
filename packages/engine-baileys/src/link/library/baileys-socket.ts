import type { IncomingMessage } from 'node:http'
import { EngineError, type OpenOptions } from '@switchboard/engine'
import makeWASocket, {
  type AuthenticationCreds,
  type BinaryNode,
  type SignalKeyStore,
  type SocketConfig,
  type WASocket,
} from 'baileys'
import { childOf } from '../../wire/nodes.ts'
import type { ProxyAgent } from '../../wire/proxies.ts'
import { mutedBaileysLogger } from './muted-baileys-logger.ts'
import { noFetch } from './no-fetch.ts'
import { withNoiseRoot } from './noise-trust.ts'

const queryTimeoutMs = 30_000
const keepAliveIntervalMs = 30_000
// A peer that does not answer the closing handshake would hold it for half a minute.
const closeGraceMs = 2_000

// The library finishes a pairing by code in its listener for these.
const notification = 'CB:notification'

// What baileys would do with these stanzas we do ourselves: it acknowledges before anything is durable.
const ours = [
  'CB:message',
  'CB:receipt',
  'CB:ack,class:message',
  notification,
  'CB:presence',
  'CB:chatstate',
  'CB:call',
  'CB:ib,,dirty',
  'CB:success',
  'CB:iq,,pair-success',
]

// Only a device that is not linked yet is asked to show a code.
const pairDevice = 'CB:iq,type:set,pair-device'

/** A socket of the library with the message path taken out. */
export interface BaileysSocket {
  readonly sock: WASocket
  /** The library's own handling of a notification. */
  takeNotification(node: BinaryNode): Promise<void>
  /** @throws EngineError `refused`, `timeout` */
  requestPairingCode(phone: string): Promise<string>
  /** Ends the connection; a peer that does not answer is cut off soon. */
  end(): Promise<void>
}

export interface SocketParts {
  readonly creds: AuthenticationCreds
  readonly options: OpenOptions
  readonly agent: ProxyAgent | undefined
  readonly makeSignalRepository: SocketConfig['makeSignalRepository']
  /** Called with what the library's own listeners throw. */
  readonly failed: (error: unknown) => void
}

// The library makes five caches with timers for each socket unless it gets some. Their work is done by our pipelines.
const noCache = { get: () => undefined, set: () => {}, del: () => {}, flushAll: () => {} }

// Ratchets, prekeys, tokens and app state are ours, in our own store.
const noKeys: SignalKeyStore = { get: () => ({}), set: () => {} }

/** Starts connecting. */
export function openBaileysSocket({ creds, options, agent, makeSignalRepository, failed }: SocketParts): BaileysSocket {
  const browser: [string, string, string] = [options.clientName, 'Chrome', '']
  const config = {
    userDevicesCache: noCache,
    msgRetryCounterCache: noCache,
    callOfferCache: noCache,
    placeholderResendCache: noCache,
    auth: { creds, keys: noKeys },
    logger: mutedBaileysLogger,
    browser,
    waWebSocketUrl: options.endpoints.socketUrl,
    // A timer and a stack trace for each stanza written are what this would cost; we keep one deadline for the connection.
    connectTimeoutMs: 0,
    defaultQueryTimeoutMs: queryTimeoutMs,
    keepAliveIntervalMs,
    emitOwnEvents: false,
    markOnlineOnConnect: false,
    syncFullHistory: false,
    enableRecentMessageCache: false,
    enableAutoSessionRecreation: false,
    fireInitQueries: true,
    appStateMacVerification: { patch: true, snapshot: true },
    options: { dispatcher: noFetch } as unknown as RequestInit,
    makeSignalRepository,
    shouldSyncHistoryMessage: () => true,
    transactionOpts: { maxCommitRetries: 1, delayBetweenTriesMs: 1 },
    ...(options.version ? { version: [...options.version] as [number, number, number] } : {}),
    ...(agent ? { agent: agent as never, fetchAgent: agent as never } : {}),
  }
  const sock = withNoiseRoot(options.endpoints.noiseRoot, () => makeWASocket(config))
  return {
    sock,
    takeNotification: takeOver(sock, creds.account ? [...ours, pairDevice] : ours, failed),
    requestPairingCode(phone) {
      // WhatsApp takes a code request only from a client that calls itself a browser on a known system (seen in: whatsmeow pair-code.go).
      browser[0] = 'Mac OS'
      return requestPairingCode(sock, phone)
    },
    end: () => sock.end(undefined),
  }
}

// The library does not wait for the answer; nothing else is asked while a device is being paired.
async function requestPairingCode(sock: WASocket, phone: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const answered = (node: BinaryNode) => (node.attrs['type'] === 'error' ? reject(refusal(node)) : resolve())
  const timer = setTimeout(() => reject(new EngineError('timeout', 'WhatsApp did not answer in time')), queryTimeoutMs)
  const events = ['CB:iq,type:result', 'CB:iq,type:error']
  for (const event of events) sock.ws.on(event, answered)
  try {
    const [code] = await Promise.all([sock.requestPairingCode(phone), promise])
    return code
  } finally {
    clearTimeout(timer)
    for (const event of events) sock.ws.off(event, answered)
  }
}

function refusal(node: BinaryNode): EngineError {
  const remoteCode = Number(childOf(node, 'error')?.attrs['code'])
  return new EngineError('refused', 'WhatsApp gives no pairing code for this number', { remoteCode })
}

type Listener = (...args: unknown[]) => unknown

function takeOver(
  sock: WASocket,
  events: readonly string[],
  failed: (error: unknown) => void,
): BaileysSocket['takeNotification'] {
  const taken = sock.ws.listeners(notification) as Listener[]
  for (const event of events) sock.ws.removeAllListeners(event)
  for (const event of sock.ws.eventNames()) {
    // Frames that cannot be decrypted or parsed leave the stream in an unknown place.
    contain(sock.ws, event, event === 'message' ? (error) => void sock.end(error as Error).catch(failed) : failed)
  }
  endWhenRefused(sock, failed)
  releaseWaitersAtEnd(sock.ws)
  return async (node) => {
    for (const listener of taken) await listener(node)
  }
}

// Its listeners are asynchronous and nobody awaits them: what they throw would end the process.
function contain(emitter: WASocket['ws'], event: string | symbol, failed: (error: unknown) => void): void {
  const listeners = emitter.listeners(event) as Listener[]
  emitter.removeAllListeners(event)
  for (const listener of listeners) {
    emitter.on(event, async (...args: unknown[]) => {
      try {
        await listener(...args)
      } catch (error) {
        failed(error)
      }
    })
  }
}

// The library takes note of an answer that is no stream, a proxy's 407 for instance, and then waits for one as if nothing had been said.
function endWhenRefused(sock: WASocket, failed: (error: unknown) => void): void {
  sock.ws.on('unexpected-response', (_request: unknown, { statusCode }: IncomingMessage) => {
    void sock.end(new Error(`answered with HTTP ${statusCode} in place of a stream`)).catch(failed)
  })
}

// When the library ends a socket it first drops the listeners by which its pending requests would learn of it, and requests begun
// later listen for nothing: each would wait for its time-out, half a minute. This is also where every end begins.
function releaseWaitersAtEnd(ws: WASocket['ws']): void {
  const own = new Set(ws.listeners('close'))
  const [remove, on] = [ws.removeAllListeners.bind(ws), ws.on.bind(ws)]
  ws.removeAllListeners = (event) => {
    if (event !== 'close') return remove(event)
    setTimeout(() => cutOff(ws), closeGraceMs).unref()
    for (const listener of ws.listeners('close')) if (!own.has(listener)) listener()
    ws.on = (added, listener) => {
      if (added === 'close') queueMicrotask(() => listener())
      return on(added, listener)
    }
    return remove(event)
  }
}

function cutOff(ws: unknown): void {
  const { socket } = ws as { socket?: { terminate(): void } | null }
  socket?.terminate()
}
