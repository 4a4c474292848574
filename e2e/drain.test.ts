import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { Sandbox } from '@switchboard/sandbox'
import { createApiKey, createDevice } from './steps/api.ts'
import { freePort } from './steps/free-port.ts'
import { GatewayProcess } from './steps/gateway-process.ts'

const sendsAtOnce = 8
const beforeTheSignal = 25

describe('a gateway that gets SIGTERM while sends and receipts are under way', () => {
  it('ends in order, and after a restart every accepted send arrived exactly once', { timeout: 300_000 }, async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'switchboard-drain-'))
    const sandbox = await Sandbox.start({ seed: 7, port: await freePort(), control: true })
    const gateway = new GatewayProcess({ dataDir, port: await freePort(), sandboxUrl: sandbox.origin })
    try {
      await gateway.start()
      const device = await createDevice(gateway.url, await createApiKey(gateway.url, gateway.adminSecret), 'Shop')
      const [owner, friend] = [await sandbox.phone({ name: 'Owner' }), await sandbox.phone({ name: 'Friend' })]
      await owner.scan(await device.loginQr())
      await device.connected()

      const tried = new Set<string>()
      const accepted = new Map<string, string>()
      const said: string[] = []
      const { promise: halfway, resolve: signal } = Promise.withResolvers<void>()
      let ending = false
      const sender = async (n: number) => {
        for (let i = 0; !ending; i++) {
          const text = `out ${n}.${i}`
          tried.add(text)
          const answer = await device.sendText(friend.id, text, text.replaceAll(' ', '-')).catch(() => undefined)
          if (!answer || answer.status >= 500) return
          assert.ok(answer.status < 300, JSON.stringify(answer.body))
          accepted.set(text, answer.body.data.message_id)
          if (accepted.size >= beforeTheSignal) signal()
        }
      }
      const speaker = async () => {
        while (!ending) {
          said.push(`in ${said.length}`)
          await friend.send(owner.jid, { text: said.at(-1)! })
          await new Promise((next) => setTimeout(next, 20))
        }
      }
      const talking = [...Array.from({ length: sendsAtOnce }, (_, n) => sender(n)), speaker()]
      await Promise.race([halfway, ...talking])
      const code = await gateway.stop()
      ending = true
      await Promise.all(talking)
      assert.equal(code, 0, gateway.output)

      await gateway.start()
      await device.connected()
      // Whoever got no answer asks again under the same key.
      for (const text of [...tried].filter((each) => !accepted.has(each))) {
        const again = await device.sendText(friend.id, text, text.replaceAll(' ', '-'))
        assert.ok(again.status < 300, `${text}: ${again.status} ${JSON.stringify(again.body)}`)
        accepted.set(text, again.body.data.message_id)
      }
      const missing = async () => {
        const events = await device.events(['message.received'])
        const received = events.filter((event) => event.data['is_from_me'] === false).map((event) => event.data['text'])
        const shown = friend.messages().map((message) => message.text)
        return [
          ...said.filter((text) => received.filter((each) => each === text).length !== 1),
          ...[...tried].filter((text) => shown.filter((each) => each === text).length !== 1),
        ]
      }
      const deadline = Date.now() + 120_000
      while ((await missing()).length > 0 && Date.now() < deadline) await new Promise((next) => setTimeout(next, 100))
      assert.deepEqual(await missing(), [], 'neither lost nor doubled')
      for (const id of accepted.values()) {
        const { body } = await device.call<{ status: string }>('GET', `/messages/${id}`)
        assert.ok(['sent', 'delivered', 'read'].includes(body.data.status), JSON.stringify(body))
      }
      assert.deepEqual(friend.violations, [])
      assert.deepEqual(sandbox.unhandled, [])
    } finally {
      await gateway.kill9()
      await sandbox.stop()
      rmSync(dataDir, { recursive: true, force: true })
    }
  })
})
