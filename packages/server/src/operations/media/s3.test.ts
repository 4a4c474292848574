import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import type { S3Settings } from '../../media/store/s3-store.ts'
import { startS3 } from '../../media/store/testing/s3-server.ts'
import { keepUp } from '../../testing/keep-up.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

interface LogLine {
  readonly msg: string
  readonly err?: { readonly message: string }
}

const environmentOf = ({ endpoint, bucket, accessKeyId, secretAccessKey }: S3Settings) => ({
  WHATSAPP_AUTO_DOWNLOAD_MEDIA: 'true',
  SWITCHBOARD_MEDIA_S3_ENDPOINT: endpoint,
  SWITCHBOARD_MEDIA_S3_BUCKET: bucket,
  SWITCHBOARD_MEDIA_S3_ACCESS_KEY_ID: accessKeyId,
  SWITCHBOARD_MEDIA_S3_SECRET_ACCESS_KEY: secretAccessKey,
})

describe('files of messages in a bucket', () => {
  let s3: Awaited<ReturnType<typeof startS3>>
  let gateway: TestGateway
  let owner: TestDevice
  let phone: Phone
  const lines: LogLine[] = []
  before(async () => {
    s3 = await startS3()
    gateway = await startTestGateway({
      sandbox: true,
      environment: environmentOf(s3.settings),
      hearLine: (line) => lines.push(line as LogLine),
    })
    const linked = await gateway.linkDevice()
    owner = linked
    phone = linked.phone
  })
  after(async () => {
    await gateway.stop()
    await s3.stop()
  })

  const restart = async (settings: S3Settings) => {
    await gateway.restart(environmentOf(settings))
    owner = gateway.deviceWith(owner.id, owner.secret, owner.token)
    await gateway.connected(owner)
  }
  const stateOf = async (id: string) => {
    const { status, body } = await owner.api.call<{ media?: { state: string } }>('GET', `/messages/${id}`)
    return status === 200 ? body.data.media?.state : undefined
  }
  const health = () =>
    gateway.admin.get<{ status: string; media: { store: string; store_error?: string } }>('/admin/health')
  const objects = async () =>
    (await readdir(s3.directory, { recursive: true })).filter((name) => name.endsWith('._S3rver_object'))

  it('are stored there, handed out whole and in parts, and removed with their messages', async () => {
    const bob = await gateway.phone('Bob')
    const data = randomBytes(200_000)
    const { id } = await bob.send(phone.id, { video: { data } })
    await until('it is stored', async () => (await stateOf(id)) === 'stored')
    bob.media.expire(id)
    assert.equal((await objects()).length, 1)
    const get = async (headers: Record<string, string> = {}) => {
      const answer = await fetch(`${owner.api.url}/messages/${id}/media`, {
        headers: { ...owner.api.headers, ...headers },
      })
      return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) }
    }
    assert.ok((await get()).bytes.equals(data))
    const part = await get({ range: 'bytes=100-' })
    assert.ok(part.status === 206 && part.bytes.equals(data.subarray(100)))
    await bob.send(phone.id, { revoke: { message: id } })
    await until('it is taken back', async () => (await stateOf(id)) === undefined)
    await keepUp(gateway, Date.now() + 2 * 60 * 60 * 1000)
    assert.deepEqual(await objects(), [])
    assert.ok(s3.verdicts.length >= 4)
    assert.deepEqual(new Set(s3.verdicts), new Set(['good']))
    assert.equal((await health()).media.store, 'ok')
  })

  it('stay at WhatsApp while the bucket refuses the secret: health and log say so, and nothing is fetched again and again', async () => {
    await restart({ ...s3.settings, secretAccessKey: 'wrong' })
    const bob = await gateway.phone('Bob')
    const data = randomBytes(200_000)
    const { id } = await bob.send(phone.id, { video: { data } })
    const fetched = () => gateway.sandbox!.world.log.since().filter(({ type }) => type === 'media.downloaded').length
    await until('it is tried again later', () => lines.some(({ msg }) => msg === 'a file was not fetched'))
    const before = fetched()
    const { status, media } = await health()
    const words = 'the bucket answered 403 SignatureDoesNotMatch to a file'
    assert.deepEqual([status, media.store, media.store_error], ['degraded', 'error', words])
    assert.deepEqual(
      lines.filter(({ msg }) => msg === 'the store of files fails').map(({ err }) => err?.message),
      [words],
    )
    const answer = await fetch(`${owner.api.url}/messages/${id}/media`, { headers: owner.api.headers })
    assert.ok(Buffer.from(await answer.arrayBuffer()).equals(data))
    assert.equal(await stateOf(id), 'remote')
    assert.deepEqual(await objects(), [])
    assert.equal(lines.filter(({ msg }) => msg === 'a file was not fetched').length, 1)
    assert.equal(fetched(), before + 1)

    await restart(s3.settings)
    await (await fetch(`${owner.api.url}/messages/${id}/media`, { headers: owner.api.headers })).arrayBuffer()
    await until('it is stored', async () => (await stateOf(id)) === 'stored')
    assert.equal((await health()).media.store, 'ok')
  })

  it('come from WhatsApp when the bucket does not give what it has', async () => {
    const bob = await gateway.phone('Bob')
    const data = randomBytes(100_000)
    const { id } = await bob.send(phone.id, { document: { data } })
    await until('it is stored', async () => (await stateOf(id)) === 'stored')
    await restart({ ...s3.settings, secretAccessKey: 'wrong' })
    const get = (headers: Record<string, string> = {}) =>
      fetch(`${owner.api.url}/messages/${id}/media`, { headers: { ...owner.api.headers, ...headers } })
    const whole = await get()
    assert.ok(whole.status === 200 && Buffer.from(await whole.arrayBuffer()).equals(data))
    const part = await get({ range: 'bytes=5-' })
    assert.deepEqual([part.status, part.headers.get('retry-after')], [503, '10'])
    assert.equal(((await part.json()) as { error_code: string }).error_code, 'not_ready')
    assert.equal(await stateOf(id), 'stored')
  })
})
