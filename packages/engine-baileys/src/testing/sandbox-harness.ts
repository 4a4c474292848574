import { type Engine, type Logger, silentLogger } from '@switchboard/engine'
import type { ContractPhone, EngineHarness } from '@switchboard/engine/contract'
import { createShardedEngine } from '@switchboard/engine/shards'
import { type Phone, Sandbox } from '@switchboard/sandbox'
import { createBaileysEngine } from '../create-baileys-engine.ts'
import { channelsPhone } from './phones/channels-phone.ts'
import { filesPhone } from './phones/files-phone.ts'
import { groupsPhone } from './phones/groups-phone.ts'
import { mediaPhone } from './phones/media-phone.ts'

export interface SandboxHarness extends EngineHarness {
  readonly sandbox: Sandbox
}

const threads = Number(process.env['TEST_ENGINE_THREADS'] ?? 0)

/** TEST_ENGINE_THREADS=2 spreads its sessions over threads. */
const testEngine = (): Engine => {
  const local = createBaileysEngine({ ...logging(), uploadIdleMs: 5000 })
  if (threads === 0) return local
  return createShardedEngine({
    ...{ local, most: threads, sessionsEach: 0, standstillMs: 0, logLevel: 'warn' },
    logger: process.env['ENGINE_LOG'] ? shout : silentLogger,
    entry: new URL('./engine-thread.ts', import.meta.url),
  })
}

/** For `ENGINE_LOG=1`. */
export const shout: Logger = {
  debug: () => {},
  info: () => {},
  warn: (data, message) => console.error(message, data),
  error: (data, message) => console.error(message, data),
}

/** The engine in a world of its own. `ENGINE_LOG=1` shows what the engine warns of. */
export async function sandboxHarness(engine: Engine = testEngine()): Promise<SandboxHarness> {
  const sandbox = await Sandbox.start({ seed: 1 })
  const phones: Phone[] = []
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
    close: () => sandbox.stop(),
  }
}

const logging = () => (process.env['ENGINE_LOG'] ? { logger: shout } : {})

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
    unlink: (device) => phone.unlink(device),
  }
}
