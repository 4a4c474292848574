import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, it } from 'node:test'
import { Sandbox } from '@switchboard/sandbox'
import { pdf, photo } from '../packages/server/src/media/convert/testing/samples.ts'
import { wav } from '../packages/server/src/media/convert/testing/sound.ts'
import { createApiKey, createDevice, type DeviceApi } from './steps/api.ts'
import { freePort } from './steps/free-port.ts'
import { GatewayProcess } from './steps/gateway-process.ts'
import { sqliteStore } from './steps/stores.ts'
import { WebhookReceiver } from './steps/webhook-receiver.ts'

const options = { timeout: 600_000 }

/** Makes the start fail with an error of Node below our own code. */
const brokenListener = `data:text/javascript,${encodeURIComponent(`
  import { Server } from 'node:net'
  Server.prototype.listen = () => { throw new Error('no listener') }`)}`

const sendFile = async (device: DeviceApi, chat: string, route: string, bytes: Uint8Array | string, fields = {}) => {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, String(value))
  form.append('file', new Blob([typeof bytes === 'string' ? bytes : new Uint8Array(bytes)]), 'file.bin')
  const answer = await fetch(`${device.baseUrl}/chats/${chat}/${route}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${device.token}` },
    body: form,
  })
  const text = await answer.text()
  assert.equal(answer.status, 200, text)
  return String(JSON.parse(text).data.message_id)
}

describe('the compiled gateway, as npm start runs it', options, () => {
  it('does on its first start and after kill -9 what the sources do', options, async () => {
    const { dataDir, remove } = await sqliteStore()
    const sandbox = await Sandbox.start({ seed: 77, port: await freePort(), control: true })
    const hooks = await WebhookReceiver.start()
    const parts = { dataDir, port: await freePort(), sandboxUrl: sandbox.origin }
    const gateway = new GatewayProcess({ ...parts, run: 'npm start' })
    try {
      await gateway.start()
      // Or else this would be about the sources.
      assert.doesNotMatch(gateway.output, /could not be compiled/)
      const apiKey = await createApiKey(gateway.url, gateway.adminSecret)
      const device = await createDevice(gateway.url, apiKey, 'device')
      const [ana, bob] = [await sandbox.phone({ name: 'Ana' }), await sandbox.phone({ name: 'Bob' })]

      // Linking shows a picture, and makes keys in a thread.
      const page = await fetch(`${gateway.url}/devices/me/login?output=html`, {
        method: 'POST',
        headers: { authorization: `Bearer ${device.token}` },
      })
      assert.match(await page.text(), /<svg|data:image/)
      await ana.scan(await device.loginQr())
      await device.connected()

      // Files are converted in threads of their own, by libraries that are loaded for them.
      const picture = await sendFile(device, bob.id, 'images', await photo({ width: 900, height: 600 }))
      const voice = await sendFile(device, bob.id, 'audio', wav(2, 44_100), { voice_note: true })
      const document = await sendFile(device, bob.id, 'documents', pdf(3), { filename: 'three.pdf' })
      const seen = async (id: string) => (await bob.until.message((message) => message.id === id)).message
      assert.ok((await seen(picture)).imageMessage?.jpegThumbnail?.length)
      assert.equal((await seen(voice)).audioMessage?.seconds, 2)
      assert.equal(bob.media.mimetype(voice), 'audio/ogg; codecs=opus')
      const withPages = await seen(document)
      const { pageCount } =
        withPages.documentMessage ?? withPages.documentWithCaptionMessage?.message?.documentMessage ?? {}
      assert.equal(pageCount, 3)

      // The console is read from where it was built, compressed beforehand.
      const consolePage = await (await fetch(`${gateway.url}/console/devices`)).text()
      const [, script = ''] = /<script type="module" src="([^"]+)"/.exec(consolePage)!
      const code = await fetch(`${gateway.url}/console/${script}`, { headers: { 'accept-encoding': 'br' } })
      assert.equal(code.headers.get('content-encoding'), 'br')
      assert.match(await code.text(), /import/)

      // Documents are loaded when somebody asks for them.
      for (const [path, says] of [
        ['/docs/', /<h1/],
        ['/docs/messaging', /<script type="module" src="docs-[0-9a-f]+\.js">/],
        ['/docs/search.json', /"name":/],
        ['/docs/swagger.json', /"openapi": ?"3\.1/],
        ['/docs/swagger.yaml', /^openapi: 3\.1/m],
      ] as const) {
        const answer = await fetch(`${gateway.url}${path}`)
        assert.equal(answer.status, 200, path)
        assert.match(await answer.text(), says)
      }
      const metrics = await fetch(`${gateway.url}/metrics`, { headers: { 'x-admin-secret': gateway.adminSecret } })
      assert.match(await metrics.text(), /^switchboard_\w+/m)

      // So is the client by which a webhook is called.
      const { body: hook } = await device.call('POST', '/webhooks', { url: hooks.url, events: ['message.received'] })
      hooks.useSecret(String(hook.data['secret']))
      await bob.send(ana.jid, { text: 'to the webhook' })
      await hooks.until((received) => received.length === 1, 60_000)
      assert.ok(hooks.received[0]!.signaturesHold)

      // What was answered before the plug is pulled reaches Bob once; what comes meanwhile reaches the log once.
      const texts = Array.from({ length: 20 }, (_, n) => `before ${n}`)
      const answers = await Promise.all(texts.map((text) => device.sendText(bob.id, text, randomUUID())))
      await gateway.kill9()
      for (let n = 0; n < 5; n++) await bob.send(ana.jid, { text: `meanwhile ${n}` })
      await gateway.start()
      await device.connected()
      for (const { status } of answers) assert.equal(status, 200)
      const after = await device.sendText(bob.id, 'after')
      await bob.until.message(({ id }) => id === after.body.data.message_id)
      for (const text of texts) {
        await bob.until.message((message) => message.text === text)
        assert.equal(bob.messages().filter((message) => message.text === text).length, 1, text)
      }
      for (let n = 0; n < 5; n++) await untilLogged(device, `meanwhile ${n}`)
      await hooks.until((received) => new Set(received.map(({ id }) => id)).size === 6, 60_000)
      assert.deepEqual(bob.violations, [])
      assert.equal(await gateway.stop(), 0)

      // A trace names the sources.
      const broken = new GatewayProcess({
        ...parts,
        run: 'compiled',
        env: { NODE_OPTIONS: `--import=${brokenListener}` },
      })
      await assert.rejects(broken.start(), /Error: no listener[\s\S]*packages\/server\/src\/gateway\/listen\.ts:\d+/)
    } finally {
      await gateway.kill9()
      await hooks.stop()
      await sandbox.stop()
      await remove()
    }
  })
})

const untilLogged = async (device: DeviceApi, text: string): Promise<void> => {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; ) {
    const events = await device.events(['message.received'])
    const found = events.filter(({ data }) => data['text'] === text)
    if (found.length > 0) return assert.equal(found.length, 1, text)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`"${text}" is not in the log`)
}
