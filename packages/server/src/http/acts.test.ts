import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import { withDatabases } from '../storage/testing/with-databases.ts'
import { ApiClient } from '../testing/api-client.ts'
import { killProcess } from '../testing/kill-process.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { testSecrets } from '../testing/test-secrets.ts'
import { ThingMaker, thingActs } from '../testing/thing-maker.ts'

const keyed = (api: ApiClient, key: string) => api.with({ 'idempotency-key': key })

describe('an act that must not happen twice', () => {
  withDatabases((_open, freshTarget) => {
    let gateway: TestGateway
    let maker: ThingMaker
    let device: TestDevice
    beforeEach(async () => {
      const target = await freshTarget()
      const uri = target.type === 'sqlite' ? target.file : target.uri
      const environment = { WHATSAPP_DATASTORE_TYPE: target.type, WHATSAPP_DATASTORE_URI: uri }
      gateway = await startTestGateway({ environment, moreOperations: thingActs })
      maker = await ThingMaker.start()
      device = await gateway.createDevice()
    })
    afterEach(async () => {
      await gateway.stop()
      await maker.stop()
    })

    const act = (name: string, more = {}) => ({ maker: maker.url, name, ...more })
    const stored = (key: string) =>
      gateway.services.database.query
        .selectFrom('act')
        .select(['state', 'operation', 'note'])
        .where('key', '=', key)
        .executeTakeFirst()

    it('is written down before it leaves, and done with its answer', async () => {
      let before: unknown
      maker.decide = async () => {
        before = await stored('written')
        return 200
      }
      await keyed(device.api, 'written').post('/test/things', act('written'))
      assert.deepEqual(before, { state: 'begun', operation: 'test.makeKnown', note: null })
      assert.equal((await stored('written'))?.state, 'done')
      const again = await keyed(device.api, 'written').call('POST', '/test/things', act('written'))
      assert.deepEqual([again.status, again.headers.get('idempotency-replayed')], [200, 'true'])
      assert.equal(maker.made.length, 1)
    })

    it('happens each time without a key, and nothing is written down', async () => {
      await device.api.post('/test/things', act('twice'))
      await device.api.post('/test/things', act('twice'))
      assert.equal(new Set(maker.made.map(({ token }) => token)).size, 2)
    })

    it('may be begun anew when it was refused, and when it never left', async () => {
      const { api } = device
      maker.decide = () => 406
      await keyed(api, 'refused').refuses('refused_by_whatsapp', 'POST', '/test/unknown-things', act('refused'))
      assert.equal(await stored('refused'), undefined)
      await keyed(api, 'nameless').refuses('invalid_request', 'POST', '/test/unknown-things', act(''))
      assert.equal(await stored('nameless'), undefined)
      maker.decide = () => 200
      await keyed(api, 'refused').post('/test/unknown-things', act('refused'))
      assert.equal(maker.made.length, 1)
    })

    it('answers outcome_unknown after a failure of which nobody can tell what it did', async () => {
      maker.decide = () => 500
      await keyed(device.api, 'unsure').refuses('whatsapp_error', 'POST', '/test/unknown-things', act('unsure'))
      maker.decide = () => 200
      const repeat = ['POST', '/test/unknown-things', act('unsure')] as const
      await keyed(device.api, 'unsure').refuses('outcome_unknown', ...repeat)
      await keyed(device.api, 'unsure').refuses('outcome_unknown', ...repeat)
      assert.equal(maker.made.length, 0)
      await keyed(device.api, 'another').post('/test/unknown-things', act('unsure'))
      assert.equal(maker.made.length, 1)
    })

    it('asks its probe with what it noted before it failed', async () => {
      maker.decide = (name) => (name.endsWith('-2') ? 404 : 200)
      const body = act('steps', { steps: 2 })
      await keyed(device.api, 'steps').refuses('refused_by_whatsapp', 'POST', '/test/things', body)
      assert.deepEqual(await stored('steps'), { state: 'begun', operation: 'test.makeKnown', note: '{"step":1}' })
      const repeat = await keyed(device.api, 'steps').call('POST', '/test/things', body)
      assert.equal(repeat.body.data['name'], 'steps and {"step":1}')
      assert.equal(repeat.headers.get('idempotency-replayed'), 'true')
      assert.equal(maker.made.length, 1)
    })
  })
})

describe('an act of a process that is killed', () => {
  let folder: string
  let maker: ThingMaker
  let child: ChildProcess
  let device: { id: string; token: string }
  let url: string

  const start = async (): Promise<void> => {
    const script = path.join(import.meta.dirname, 'act-until-killed.ts')
    child = fork(script, [folder], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    const [{ url: told }] = (await once(child, 'message')) as [{ url: string }]
    url = told
  }
  const kill = async (): Promise<void> => {
    await killProcess(child)
  }
  const api = (): ApiClient => new ApiClient(url, { authorization: `Bearer ${device.token}` })

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'switchboard-acts-'))
    maker = await ThingMaker.start()
    await start()
    const admin = new ApiClient(url, { 'x-admin-secret': testSecrets.adminSecret })
    const made = await admin.post<{ api_key: string }>('/admin/api-keys', { customer_name: 'Test', max_devices: 9 })
    const owner = new ApiClient(url, { 'x-api-key': made.api_key })
    const { device_id, token } = await owner.post<{ device_id: string; token: string }>('/devices', {})
    device = { id: device_id, token }
  })
  after(async () => {
    await kill()
    await maker.stop()
    await rm(folder, { recursive: true, force: true })
  })

  /** Sends the act, and kills the process before or after the thing is made; then starts it again. */
  const cutOff = async (kind: string, key: string, moment: 'before' | 'after'): Promise<void> => {
    const time = Promise.withResolvers<void>()
    maker.decide = () => {
      time.resolve()
      return moment === 'before' ? 'be silent' : 'make and be silent'
    }
    const lost = keyed(api(), key).call('POST', kind, { maker: maker.url, name: key })
    await time.promise
    await Promise.all([kill(), assert.rejects(lost)])
    maker.decide = () => 200
    await start()
  }

  it('is found by its probe, and not done again', async () => {
    await cutOff('/test/things', 'found', 'after')
    const repeat = await keyed(api(), 'found').call('POST', '/test/things', { maker: maker.url, name: 'found' })
    assert.deepEqual([repeat.status, repeat.headers.get('idempotency-replayed')], [200, 'true'])
    assert.deepEqual(
      maker.made.filter(({ name }) => name === 'found').map(({ token }) => token),
      [repeat.body.data['token']],
    )
  })

  it('is done by the repeat when its probe finds nothing', async () => {
    await cutOff('/test/things', 'missing', 'before')
    await keyed(api(), 'missing').post('/test/things', { maker: maker.url, name: 'missing' })
    assert.equal(maker.made.filter(({ name }) => name === 'missing').length, 1)
  })

  it('answers outcome_unknown when nobody can tell, and never does it twice', async () => {
    await cutOff('/test/unknown-things', 'unknown', 'after')
    const repeat = ['POST', '/test/unknown-things', { maker: maker.url, name: 'unknown' }] as const
    await keyed(api(), 'unknown').refuses('outcome_unknown', ...repeat)
    assert.equal(maker.made.filter(({ name }) => name === 'unknown').length, 1)
  })
})
