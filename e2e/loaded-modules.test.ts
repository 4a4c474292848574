import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { Sandbox } from '@switchboard/sandbox'
import { createApiKey, createDevice } from './steps/api.ts'
import { freePort } from './steps/free-port.ts'
import { GatewayProcess } from './steps/gateway-process.ts'
import { sqliteStore } from './steps/stores.ts'

/** Notes every module that a process and its threads load. */
const noteModules = `data:text/javascript,${encodeURIComponent(`
  import { appendFileSync } from 'node:fs'
  import { registerHooks } from 'node:module'
  registerHooks({
    load(url, context, next) {
      appendFileSync(process.env.NOTED_MODULES, url + '\\n')
      return next(url, context)
    },
  })`)}`

/** A gateway links a device and talks in both directions; the modules that it has loaded by then. */
async function modulesOf(link: 'own' | 'baileys'): Promise<string[]> {
  const { dataDir, remove } = await sqliteStore()
  const sandbox = await Sandbox.start({ seed: 78, port: await freePort(), control: true })
  const loaded = join(dataDir, 'loaded-modules')
  const gateway = new GatewayProcess({
    dataDir,
    port: await freePort(),
    sandboxUrl: sandbox.origin,
    env: {
      NODE_OPTIONS: `--import=${noteModules}`,
      NOTED_MODULES: loaded,
      SWITCHBOARD_LINK: link,
    },
  })
  try {
    await gateway.start()
    const device = await createDevice(gateway.url, await createApiKey(gateway.url, gateway.adminSecret), 'device')
    const [ana, bob] = [await sandbox.phone({ name: 'Ana' }), await sandbox.phone({ name: 'Bob' })]
    await ana.scan(await device.loginQr())
    await device.connected()
    const { body } = await device.sendText(bob.id, 'there')
    await bob.until.message(({ id }) => id === body.data.message_id)
    await bob.send(ana.jid, { text: 'and back' })
    for (let found = false; !found; ) {
      const events = await device.events(['message.received'])
      found = events.some(({ data }) => data['text'] === 'and back')
    }
    assert.equal(await gateway.stop(), 0)
    return (await readFile(loaded, 'utf8')).split('\n')
  } finally {
    await gateway.kill9()
    await sandbox.stop()
    await remove()
  }
}

const libraries = /[\\/]node_modules[\\/](baileys|protobufjs)[\\/]|[\\/](libsignal|whatsapp-rust-bridge)[\\/]/

describe('what a gateway has loaded that has linked a device and talked', { timeout: 300_000 }, () => {
  it('holds nothing of the protocol library', async () => {
    const modules = await modulesOf('own')
    assert.ok(modules.some((url) => url.includes('/packages/link/src/')))
    // It is alone.
    assert.ok(!modules.some((url) => url.includes('/@nats-io/')))
    // No device has a bridge.
    assert.ok(!modules.some((url) => url.includes('/chatwoot/bridge.ts')))
    assert.deepEqual(
      modules.filter((url) => libraries.test(url)),
      [],
    )
  })

  it('holds the protocol library when its link was chosen, and works as well', async () => {
    assert.ok((await modulesOf('baileys')).some((url) => url.includes('/node_modules/baileys/')))
  })
})
