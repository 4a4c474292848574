import assert from 'node:assert/strict'
import { cp, mkdtemp } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { Sandbox } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'
import { replacementLimit } from './session-end.ts'

/** Short pauses: the first after being replaced is five of these. */
const environment = { WHATSAPP_STARTUP_RECONNECT_BACKOFF_BASE: '10ms' }

interface Status {
  readonly connected: boolean
  readonly state: string
  readonly retry_at: string | null
  readonly next_action: { readonly code: string }
}

const statusOf = (gateway: TestGateway, { id, secret, token }: TestDevice): Promise<Status> =>
  gateway.deviceWith(id, secret, token).api.get<Status>('/devices/me/status')

describe('two gateways that hold the same credentials', () => {
  let sandbox: Sandbox
  let gateways: TestGateway[]
  let device: TestDevice
  before(async () => {
    sandbox = await Sandbox.start({ seed: 1 })
    const original = await startTestGateway({ sandbox, environment })
    device = await original.linkDevice()
    // As when a machine is cloned, or a backup is started beside what it was taken from.
    const dataDir = await mkdtemp(path.join(os.tmpdir(), 'switchboard-clone-'))
    const clone = new TestGateway(dataDir, sandbox, { environment })
    gateways = [original, clone]
    await original.halt()
    await cp(original.dataDir, dataDir, { recursive: true })
    await original.start()
    await original.connected(device)
    await clone.start()
  })
  after(async () => {
    for (const gateway of gateways) await gateway.stop()
    await sandbox.stop()
  })

  const settled = async () => {
    const [one, other] = await Promise.all(gateways.map((gateway) => statusOf(gateway, device)))
    const waits = (status: Status) => status.state === 'replaced' && status.retry_at === null
    if (waits(one!) && other!.connected) return [gateways[0]!, gateways[1]!] as const
    return waits(other!) && one!.connected ? ([gateways[1]!, gateways[0]!] as const) : undefined
  }

  it('do not take it from each other for ever: one waits for a person, the other stays connected', async () => {
    await until('they settle', async () => (await settled()) !== undefined)
    const [waiting, connected] = (await settled())!
    const { next_action: nextAction } = await statusOf(waiting, device)
    assert.equal(nextAction.code, 'reconnect')
    for (const gateway of gateways) {
      const { events: log } = await gateway.services.eventLog.read(device.id, { after: 0, limit: 1000 })
      const times = log.filter(({ type }) => type === 'connection.stream_replaced').length
      assert.ok(gateway === waiting ? times === replacementLimit : times < replacementLimit, String(times))
    }
    const logins = sandbox.world.log.since(0).filter(({ type }) => type === 'active').length
    assert.ok(logins <= 2 * replacementLimit + 2, `${logins} logins`)
    assert.equal((await statusOf(connected, device)).connected, true)
  })

  it('go on where a person says so', async () => {
    const [waiting, connected] = (await settled())!
    await connected.services.sessions.drain(1_000)
    const { api } = waiting.deviceWith(device.id, device.secret, device.token)
    await api.post('/devices/me/reconnect')
    assert.equal((await statusOf(waiting, device)).connected, true)
  })
})
