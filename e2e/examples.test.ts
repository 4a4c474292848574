import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { type Phone, Sandbox } from '@switchboard/sandbox'
import { killProcess } from '../packages/server/src/testing/kill-process.ts'
import { until } from '../packages/server/src/testing/until.ts'
import { createApiKey, createDevice } from './steps/api.ts'
import { freePort } from './steps/free-port.ts'
import { GatewayProcess } from './steps/gateway-process.ts'
import { sqliteStore } from './steps/stores.ts'

const examples = join(import.meta.dirname, '../examples')
const texts = 12

/** An example as its README starts it; it can be killed and started again. */
class Bot {
  readonly #command: readonly [string, ...string[]]
  readonly #env: Readonly<Record<string, string>>
  #child: ChildProcess | undefined
  #said = ''

  constructor(command: readonly [string, ...string[]], env: Readonly<Record<string, string>>) {
    this.#command = command
    this.#env = env
  }

  async start(): Promise<void> {
    const [program, ...args] = this.#command
    const child = spawn(program, args, { env: { ...process.env, ...this.#env }, stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child = child
    this.#said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (this.#said += chunk))
    await until('the bot says from where on it answers', () => {
      assert.equal(child.exitCode, null, this.#said)
      return this.#said.includes('answering from here on')
    })
  }

  async kill9(): Promise<void> {
    await killProcess(this.#child)
  }
}

const answersOf = (phone: Phone, name: string): string[] =>
  phone.messages().flatMap(({ text = '' }) => (text.startsWith(`You said: ${name} `) ? [text] : []))

/** Two friends talk while bot and gateway are killed in turn; in the end each text has its answer, once and in order. */
const story = async (command: readonly [string, ...string[]]): Promise<void> => {
  const { dataDir, remove } = await sqliteStore()
  const sandbox = await Sandbox.start({ seed: 3, port: await freePort(), control: true })
  const env = { WHATSAPP_AUTO_PRESENCE_ENABLED: 'false', WHATSAPP_STARTUP_RECONNECT_JITTER_MAX: '0' }
  const gateway = new GatewayProcess({ dataDir, env, port: await freePort(), sandboxUrl: sandbox.origin })
  let bot: Bot | undefined
  try {
    await gateway.start()
    const device = await createDevice(gateway.url, await createApiKey(gateway.url, gateway.adminSecret), 'Shop')
    const owner = await sandbox.phone({ name: 'Shop' })
    await owner.scan(await device.loginQr())
    await device.connected()
    const friends = { Ann: await sandbox.phone({ name: 'Ann' }), Ben: await sandbox.phone({ name: 'Ben' }) }
    await friends.Ann.send(owner.jid, { text: 'Ann before the bot' })
    await until('the first message is in the log', async () => (await device.events(['message.received'])).length > 0)
    bot = new Bot(command, {
      BOT_API_URL: gateway.url,
      BOT_TOKEN: device.token,
      BOT_STATE: join(dataDir, 'bot.json'),
    })
    await bot.start()
    const answered = (count: number) =>
      until(`${count} answers are there`, () => {
        const all = Object.entries(friends).flatMap(([name, phone]) => answersOf(phone, name))
        return all.length >= count
      })
    const killBot = async () => {
      await bot!.kill9()
      await bot!.start()
    }
    const killGateway = async () => {
      await gateway.kill9()
      await gateway.start()
    }
    const killings = [
      killBot,
      killGateway,
      () =>
        Promise.all([gateway.kill9(), bot!.kill9()]).then(async () => {
          await gateway.start()
          await bot!.start()
        }),
    ]
    for (let n = 0; n < texts; n++) {
      for (const [name, phone] of Object.entries(friends)) await phone.send(owner.jid, { text: `${name} ${n}` })
      // While answers are on their way: some are there and others are not.
      if (n % 3 === 2) {
        await answered(n)
        await killings[(n - 2) / 3]?.()
      }
    }
    await answered(2 * texts)
    for (const [name, phone] of Object.entries(friends)) {
      const expected = Array.from({ length: texts }, (_, n) => `You said: ${name} ${n}`)
      assert.deepEqual(answersOf(phone, name), expected)
      assert.deepEqual(phone.violations, [])
    }
  } finally {
    await bot?.kill9()
    await gateway.kill9()
    await sandbox.stop()
    await remove()
  }
}

describe('the echo bots of examples/', { timeout: 300_000 }, () => {
  it('answers every text once and in order in TypeScript, whoever is killed', () =>
    story([process.execPath, join(examples, 'echo-bot-typescript/bot.ts')]))

  if (spawnSync('python3', ['--version']).error) console.error('there is no python3 here: the bot in Python is not run')
  else {
    it('answers every text once and in order in Python, whoever is killed', () =>
      story(['python3', join(examples, 'echo-bot-python/bot.py')]))
  }
})
