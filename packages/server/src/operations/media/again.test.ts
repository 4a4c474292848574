import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { TestClock } from '../../testing/test-clock.ts'
import { until } from '../../testing/until.ts'

interface Shown {
  readonly media?: { readonly id: string; readonly state: string; readonly reason?: string; readonly url: string }
}

interface Retried {
  readonly message_id: string
  readonly chat: string
  readonly result: string
  readonly url?: string
  readonly error: { readonly code: number } | null
}

describe('a file that WhatsApp no longer has', () => {
  const clock = new TestClock()
  let gateway: TestGateway
  let owner: TestDevice & { readonly phone: Phone }
  let bob: Phone
  before(async () => {
    gateway = await startTestGateway({ sandbox: true, clock })
    owner = await gateway.linkDevice()
    bob = await gateway.phone('Bob')
  })
  after(() => gateway.stop())

  const stored = (id: string): Promise<Shown> =>
    until(`message ${id} is stored`, async () => {
      const answer = await owner.api.call<Shown>('GET', `/messages/${id}`)
      return answer.status === 200 ? answer.body.data : undefined
    })

  const sent = async (sender = bob, to: string = owner.phone.id) => {
    const data = randomBytes(4_000)
    const { id } = await sender.send(to, { image: { data } })
    return { id, data, ...(await stored(id)) }
  }

  const download = async (path: string) => {
    const response = await fetch(new URL(path, `${owner.api.url}/`), { headers: owner.api.headers })
    return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) }
  }

  const retried = (id: string) =>
    until(`media.retry of ${id}`, async () => {
      const { events } = await owner.api.get<{ events: { data: Retried }[] }>('/events?types=media.retry&limit=200')
      return events.findLast(({ data }) => data.message_id === id)?.data
    })

  it('is asked for again from the phone by itself, of contacts, groups and the own phone', async () => {
    const group = await bob.groups.create({ subject: 'Team', participants: [owner.phone.id], addressing: 'lid' })
    for (const [sender, chat, status] of [
      [bob, owner.phone.id, 410],
      [bob, owner.phone.id, 404],
      [bob, owner.phone.id, 403],
      [bob, group.jid, 410],
      [owner.phone, bob.id, 410],
      [owner.phone, group.jid, 404],
    ] as const) {
      const { id, data } = await sent(sender, chat)
      owner.phone.media.expire(id, status)
      const got = await download(`messages/${id}/media`)
      assert.ok(got.status === 200 && got.bytes.equals(data), `${status}: ${got.bytes.toString().slice(0, 300)}`)
      const { result, error, url } = await retried(id)
      assert.deepEqual([result, error], ['stored', null])
      assert.ok((await download(url!)).bytes.equals(data), 'the link of the event')
      await until('it is stored', async () => (await stored(id)).media?.state === 'stored')
    }
  })

  it('can be had by message id when its signed link has ended', async () => {
    const { id, data, media } = await sent()
    assert.ok((await download(media!.url)).bytes.equals(data))
    clock.pass(6 * 24 * 60 * 60 * 1000)
    owner.phone.media.expire(id)
    await gateway.api.refuses('media_link_expired', 'GET', media!.url.slice(gateway.api.url.length))
    assert.ok((await download(`messages/${id}/media`)).bytes.equals(data))
    assert.ok((await download((await stored(id)).media!.url)).bytes.equals(data), 'a new link')
  })

  it('is opened by no link but its own, and by none that was changed', async () => {
    const [one, other] = [await sent(), await sent()]
    const link = new URL(one.media!.url)
    const refused = (url: URL) => gateway.api.refuses('media_not_found', 'GET', url.href.slice(gateway.api.url.length))
    const changed = (change: (url: URL) => void) => {
      const url = new URL(link)
      change(url)
      return url
    }
    await refused(changed((url) => (url.pathname = url.pathname.replace(one.media!.id, other.media!.id))))
    await refused(changed((url) => url.searchParams.set('exp', String(Number(url.searchParams.get('exp')) + 1))))
    await refused(changed((url) => url.searchParams.set('sig', 'A'.repeat(43))))
    const stranger = await gateway.linkDevice()
    const { id } = await bob.send(stranger.phone.id, { image: {} })
    const { media } = await until('the stranger has it', async () => {
      const answer = await stranger.api.call<Shown>('GET', `/messages/${id}`)
      return answer.status === 200 && answer.body.data
    })
    await refused(changed((url) => (url.pathname = url.pathname.replace(one.media!.id, media!.id))))
    await stranger.api.refuses('message_not_found', 'GET', `/messages/${one.id}/media`)
    await stranger.api.refuses('media_not_found', 'POST', '/messages/media/retry-receipt', {
      chat_jid: bob.id,
      message_id: one.id,
    })
  })

  it('is answered with 404 and the reason when it was deleted from the phone too', async () => {
    const { id } = await sent()
    owner.phone.media.expire(id)
    owner.phone.media.delete(id)
    const path = `/messages/${id}/media`
    for (const round of ['asked', 'known']) {
      const { body } = await owner.api.refuses('media_deleted', 'GET', path)
      assert.deepEqual(body.details, { reason: 'not_on_phone' }, round)
    }
    assert.deepEqual(await retried(id).then(({ result, error }) => [result, error]), ['not_found', { code: 2 }])
    const { state, reason } = (await stored(id)).media!
    assert.deepEqual([state, reason], ['failed', 'not_on_phone'])
  })

  it('can be had once the phone is there again', async () => {
    const { id, data } = await sent()
    await owner.phone.disconnect()
    owner.phone.media.expire(id)
    await owner.api.refuses('media_not_ready', 'GET', `/messages/${id}/media?wait_seconds=0`)
    assert.equal((await stored(id)).media?.state, 'expired')
    owner.phone.connect()
    assert.equal((await retried(id)).result, 'stored')
    assert.ok((await download(`messages/${id}/media`)).bytes.equals(data))
  })

  it('is asked for on command, by who knows its message', async () => {
    const { id, data } = await sent()
    owner.phone.media.expire(id)
    const body = { chat_jid: bob.id, sender_jid: bob.id, message_id: id }
    const wrong = randomBytes(32).toString('base64')
    await owner.api.refuses('invalid_request', 'POST', '/messages/media/retry-receipt', { ...body, media_key: wrong })
    await owner.api.refuses('media_not_found', 'POST', '/messages/media/retry-receipt', {
      ...body,
      chat_jid: owner.phone.id,
    })
    await owner.api.post('/messages/media/retry-receipt', body)
    assert.equal((await retried(id)).result, 'stored')
    assert.ok((await download(`messages/${id}/media`)).bytes.equals(data))
  })

  it('is fetched again when what was stored is gone from the disk', async () => {
    const { id, data } = await sent()
    assert.equal((await download(`messages/${id}/media`)).status, 200)
    await until('it is stored', async () => (await stored(id)).media?.state === 'stored')
    const { rm } = await import('node:fs/promises')
    await rm(`${gateway.dataDir}/media/kept`, { recursive: true })
    assert.ok((await download(`messages/${id}/media`)).bytes.equals(data))
  })
})
