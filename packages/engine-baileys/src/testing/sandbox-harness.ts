import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { type Engine, type Logger, silentLogger } from '@switchboard/engine'
import type { ContractPhone, EngineHarness } from '@switchboard/engine/contract'
import { createShardedEngine, type ShardOptions } from '@switchboard/engine/shards'
import { type Phone, Sandbox } from '@switchboard/sandbox'
import { type BaileysEngineOptions, createBaileysEngine } from '../create-baileys-engine.ts'
import { channelsPhone } from './phones/channels-phone.ts'
import { filesPhone } from './phones/files-phone.ts'
import { groupsPhone } from './phones/groups-phone.ts'
import { mediaPhone } from './phones/media-phone.ts'
import { passkeyPhone } from './phones/passkey-phone.ts'
import { watchStanzas } from './watch-stanzas.ts'

export interface SandboxHarness extends EngineHarness {
  readonly sandbox: Sandbox
}

const threads = Number(process.env['TEST_ENGINE_THREADS'] ?? 0)

const namedLink = (): BaileysEngineOptions => (process.env['SWITCHBOARD_LINK'] === 'baileys' ? { link: 'baileys' } : {})

/** An engine for a story, on the link that SWITCHBOARD_LINK names. TEST_ENGINE_THREADS=2 spreads its sessions over threads. `ENGINE_LOG=1` shows what it warns of. */
export function storyEngine(options: BaileysEngineOptions = {}): Engine {
  const local = createBaileysEngine({ logger, ...namedLink(), uploadIdleMs: 5000, ...options })
  if (threads === 0) return local
  const settings = { ...namedLink(), ...(options.link && { link: options.link }) }
  return createShardedEngine({ ...threaded, local, most: threads, settings })
}

const shout: Logger = {
  ...silentLogger,
  warn: (data, message) => console.error(message, data),
  error: (data, message) => console.error(message, data),
}

const logger = process.env['ENGINE_LOG'] ? shout : silentLogger

/** How tests spread an engine over threads: from its first session on. */
export const threaded = {
  entry: new URL('./engine-thread.ts', import.meta.url),
  logger,
  logLevel: 'warn',
  standstillMs: 0,
  sessionsEach: 0,
} satisfies Partial<ShardOptions>

/** The engine in a world of its own. Each stanza that our own link reads or writes in this thread is held to the stock library. */
export async function sandboxHarness(engine: Engine = storyEngine()): Promise<SandboxHarness> {
  const sandbox = await Sandbox.start({ seed: 1 })
  const phones: Phone[] = []
  const watched = watchStanzas()
  return {
    sandbox,
    engine,
    endpoints: {
      socketUrl: sandbox.socketUrl,
      noiseRoot: Buffer.from(sandbox.rootKeyHex, 'hex'),
      mediaOrigin: sandbox.origin,
    },
    async phone(name) {
      const phone = await sandbox.phone({ name })
      phones.push(phone)
      return contractPhone(name, phone, sandbox)
    },
    disconnect: (jid, code) => sandbox.disconnect(jid, code),
    refuseNext: (jid, code) => sandbox.fault.next(jid, 'message', { nack: code }),
    spoilNext: (jid, direction) =>
      sandbox.fault.next(jid, 'message', { corrupt: true, direction: direction === 'to' ? 'out' : 'in' }),
    nothingWaits: async (jid) => {
      const isEmpty = () => sandbox.device(jid).mailbox.size === 0
      if (!isEmpty()) await sandbox.world.log.until(isEmpty, undefined, sandbox.world.log.cursor)
    },
    violations: () => [...phones.flatMap(({ violations }) => violations), ...sandbox.unhandled],
    async close() {
      await sandbox.stop()
      await watched.end()
    },
  }
}

function contractPhone(name: string, phone: Phone, sandbox: Sandbox): ContractPhone {
  return {
    name,
    number: phone.id,
    jid: phone.jid,
    lid: phone.lid,
    groups: groupsPhone(phone),
    channels: channelsPhone(phone),
    files: filesPhone(phone, sandbox),
    media: mediaPhone(phone, sandbox),
    passkey: passkeyPhone(phone),
    scan: (qr) => phone.scan(qr),
    async enterCode(code) {
      await sandbox.world.pairing.untilAwaitingCode(phone.id)
      return phone.enterLinkCode(code)
    },
    send: (to, text) => phone.send(to, { text }),
    shows: (text) => phone.until.message((message) => message.text === text),
    has: (id, looks = () => true) => phone.until.message((message) => message.id === id && looks(message)),
    showsTimer: (seconds) => phone.until.event('phone.timer', (data) => data['seconds'] === seconds),
    setTimer: (chat, seconds) => phone.send(chat, { expiry: { seconds } }),
    receipt: (id, type) => phone.until.receipt({ id, type }),
    read: (chat, ids) => phone.read(chat, ids),
    typing: (to, state) => phone.typing(to, state),
    rename: (to) => phone.rename(to),
    gave: (device) => phone.until.event('phone.companion_ready', ({ id }) => device.includes(`:${id}@`)),
    unlink: (device) => phone.unlink(device),
  }
}

/** Starts it before the tests of a suite, and ends it after them, when no phone has seen a broken rule. @param given takes it before the first test */
export function withSandboxHarness(given: (harness: SandboxHarness) => void): void {
  let harness: SandboxHarness
  before(async () => {
    harness = await sandboxHarness()
    given(harness)
  })
  after(async () => {
    assert.deepEqual(harness.violations(), [])
    await harness.engine.close()
    await harness.close()
  })
}
