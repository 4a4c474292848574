import type { SentStanza } from '../abilities/index.ts'
import type { ComposeContext, OutgoingContent } from '../content/index.ts'
import type { InboundAppState } from '../inbound.ts'
import type { OpenOptions, Session } from '../session.ts'
import type { ContractPhone, EngineHarness } from './harness.ts'
import { MemoryCredentials } from './memory-credentials.ts'
import { RecordingHost } from './recording-host.ts'

/** A device of the engine under test, with everything that its host got. */
export interface ContractDevice {
  readonly host: RecordingHost
  readonly session: Session
  /** Own address with companion number. */
  readonly jid: string
  /** Its own phone. */
  readonly phone: ContractPhone
}

/** Opens a session for a host. */
export function open(harness: EngineHarness, host: RecordingHost, more: Partial<OpenOptions> = {}): Promise<Session> {
  const { engine, endpoints } = harness
  return engine.open({
    deviceId: 'contract',
    credentials: host.credentials,
    host,
    endpoints,
    clientName: 'Contract',
    ...more,
  })
}

export const newHost = (): RecordingHost => new RecordingHost(new MemoryCredentials())

/** Opens again and resolves when the session is open. */
export async function reopen(
  harness: EngineHarness,
  host: RecordingHost,
  more: Partial<OpenOptions> = {},
): Promise<Session> {
  const before = host.states.length
  const session = await open(harness, host, more)
  await host.untilState('open', before)
  return session
}

/** A person with a phone that links a new device by QR code; the device is open. */
export async function linked(
  harness: EngineHarness,
  name: string,
  more: Partial<OpenOptions> = {},
): Promise<ContractDevice> {
  const phone = await harness.phone(name)
  const host = newHost()
  await open(harness, host, more)
  const qr = await host.until(({ qrs }) => qrs[0], 'QR code')
  await phone.scan(qr.text)
  await host.untilState('closed')
  const session = await reopen(harness, host, more)
  const { jid } = session.account!
  // What a story spoils or refuses next is to be its own, and not a part of the history.
  await phone.gave(jid)
  return { host, session, jid, phone }
}

type Sender = Pick<ContractDevice, 'session' | 'host'>

/** Sends a text under a new id and keeps it for resending, as a server would. */
export function sendText(harness: EngineHarness, device: Sender, chat: string, text: string) {
  return sendContent(harness, device, chat, { type: 'text', text })
}

/** The same with content of any kind. */
export async function sendContent(
  harness: EngineHarness,
  { session, host }: Sender,
  chat: string,
  content: OutgoingContent,
  context: Omit<Partial<ComposeContext>, 'chat'> = {},
): Promise<SentStanza & { readonly id: string }> {
  const id = harness.engine.newMessageId()
  const message = harness.engine.compose(content, { now: Date.now(), ...context, chat })
  host.sent.set(`${chat}|${id}`, message)
  return { id, ...(await session.use('messaging').send({ id, chat, message })) }
}

/** Whether an item tells the account's own name. */
export const tellsOwnName =
  (wanted?: string) =>
  ({ mutations }: InboundAppState): boolean =>
    mutations.some(({ change }) => change.type === 'push_name' && (wanted === undefined || change.name === wanted))
