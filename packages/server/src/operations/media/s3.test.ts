import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { startS3 } from '../../media/store/testing/s3-server.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

describe('files of messages in a bucket', () => {
  let s3: Awaited<ReturnType<typeof startS3>>
  let gateway: TestGateway
  let owner: TestDevice & { readonly phone: Phone }
  before(async () => {
    s3 = await startS3()
    gateway = await startTestGateway({
      sandbox: true,
      environment: {
        WHATSAPP_AUTO_DOWNLOAD_MEDIA: 'true',
        SWITCHBOARD_MEDIA_S3_ENDPOINT: s3.settings.endpoint,
        SWITCHBOARD_MEDIA_S3_BUCKET: s3.settings.bucket,
        SWITCHBOARD_MEDIA_S3_ACCESS_KEY_ID: s3.settings.accessKeyId,
        SWITCHBOARD_MEDIA_S3_SECRET_ACCESS_KEY: s3.settings.secretAccessKey,
      },
    })
    owner = await gateway.linkDevice()
  })
  after(async () => {
    await gateway.stop()
    await s3.stop()
  })

  const stateOf = async (id: string) => {
    const { status, body } = await owner.api.call<{ media?: { state: string } }>('GET', `/messages/${id}`)
    return status === 200 ? body.data.media?.state : undefined
  }
  const objects = async () =>
    (await readdir(s3.directory, { recursive: true })).filter((name) => name.endsWith('._S3rver_object'))

  it('are stored there, handed out whole and in parts, and removed with their messages', async () => {
    const bob = await gateway.phone('Bob')
    const data = randomBytes(200_000)
    const { id } = await bob.send(owner.phone.id, { video: { data } })
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
    await bob.send(owner.phone.id, { revoke: { message: id } })
    await until('it is taken back', async () => (await stateOf(id)) === undefined)
    await gateway.services.media.upkeep(Date.now() + 2 * 60 * 60 * 1000, new AbortController().signal)
    assert.deepEqual(await objects(), [])
  })
})
