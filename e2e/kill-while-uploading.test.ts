import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { type Phone, Sandbox } from '@switchboard/sandbox'
import { createApiKey, createDevice, type DeviceApi } from './steps/api.ts'
import { freePort } from './steps/free-port.ts'
import { GatewayProcess } from './steps/gateway-process.ts'

const options = { timeout: 300_000 }

describe('a gateway that is killed while a file is on its way', options, () => {
  let dataDir: string
  let sandbox: Sandbox
  let gateway: GatewayProcess
  let device: DeviceApi
  let friend: Phone
  let owner: Phone
  before(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'switchboard-uploads-'))
    sandbox = await Sandbox.start({ seed: 9, port: await freePort(), control: true })
    gateway = new GatewayProcess({ dataDir, port: await freePort(), sandboxUrl: sandbox.origin })
    await gateway.start()
    device = await createDevice(gateway.url, await createApiKey(gateway.url, gateway.adminSecret), 'Shop')
    owner = await sandbox.phone({ name: 'Owner' })
    friend = await sandbox.phone({ name: 'Friend' })
    await owner.scan(await device.loginQr())
    await device.connected()
  })
  after(async () => {
    await gateway.kill9()
    await sandbox.stop()
    rmSync(dataDir, { recursive: true, force: true })
  })

  const send = (base64: string, key: string) =>
    device.call<{ message_id: string; status: string }>(
      'POST',
      `/chats/${friend.id}/documents`,
      { base64, filename: `${key}.bin`, wait: 0, typing_simulation: false, presence_simulation: false },
      { 'idempotency-key': key },
    )

  const arrivedOnce = async (id: string, bytes: Buffer) => {
    await friend.until.message((message) => message.id === id, 120_000)
    assert.deepEqual(Buffer.from(friend.media.bytes(id)), bytes)
    const marker = await device.sendText(friend.id, `after ${id}`, `after-${id}`)
    await friend.until.message((message) => message.id === marker.body.data.message_id, 120_000)
    assert.equal(friend.messages().filter((message) => message.id === id).length, 1)
  }

  const outgoing = () => readdirSync(join(dataDir, 'outgoing'))

  it('uploads it again after the start, and the message arrives once', options, async () => {
    const bytes = randomBytes(300_000)
    const letGo = sandbox.world.media.uploadFaults.holdNext()
    const held = sandbox.world.log.until(({ type }) => type === 'media.held', 120_000)
    const first = await send(bytes.toString('base64'), 'cut-off')
    assert.equal(first.status, 202)
    await held
    await gateway.kill9()
    letGo()
    await gateway.start()
    await device.connected()
    const again = await send(bytes.toString('base64'), 'cut-off')
    assert.equal(again.body.data.message_id, first.body.data.message_id)
    await arrivedOnce(first.body.data.message_id, bytes)
    assert.deepEqual(outgoing(), [])
  })

  it('sends the same message when it was killed after the upload', options, async () => {
    const bytes = randomBytes(300_000)
    const companion = [...sandbox.world.account(owner.lid)!.devices.values()].find(({ id }) => id !== 0)!
    sandbox.fault.next(companion, 'message', { drop: true, direction: 'in' })
    const first = await send(bytes.toString('base64'), 'unanswered')
    while (sandbox.fault.list().length > 0) await new Promise((resolve) => setTimeout(resolve, 20))
    await gateway.kill9()
    await gateway.start()
    await device.connected()
    await arrivedOnce(first.body.data.message_id, bytes)
    assert.deepEqual(outgoing(), [])
  })
})
