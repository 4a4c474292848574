import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { type Phone, Sandbox } from '@switchboard/sandbox'
import sharp from 'sharp'
import { ContactStore } from '../../storage/contact-store.ts'
import { smallVideo } from '../../testing/small-video.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { TestClock } from '../../testing/test-clock.ts'
import { until } from '../../testing/until.ts'

interface Posted {
  readonly status_id: string
  readonly message_id: string
  readonly status: string
  readonly recipients: number
  readonly type?: string
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

interface Shown {
  readonly status_id: string
  readonly from: string
  readonly from_lid?: string
  readonly is_from_me: boolean
  readonly type: string
  readonly reactions: readonly { readonly emoji: string; readonly sender: string }[]
  readonly text: string | null
  readonly style?: { readonly background_color?: string; readonly font?: number }
  readonly viewers: readonly { readonly jid: string }[]
}

describe('Status', () => {
  const clock = new TestClock()
  let gateway: TestGateway
  let sandbox: Sandbox
  let device: TestDevice
  let ana: Phone
  let bob: Phone
  let cid: Phone

  before(async () => {
    sandbox = await Sandbox.start({ seed: 12 })
    gateway = await startTestGateway({ sandbox, clock, environment: { WHATSAPP_MEDIA_IMAGE_COMPRESSION: 'false' } })
    ana = await sandbox.phone({ name: 'Ana' })
    bob = await sandbox.phone({ name: 'Bob' })
    cid = await sandbox.phone({ name: 'Cid' })
    device = await gateway.linkDevice(ana)
  })
  after(async () => {
    await gateway.stop()
    await sandbox.stop()
  })

  const post = (body: Record<string, unknown>) => device.api.post<Posted>('/status', body)
  const shownBy = (phone: Phone, id: string, author = ana) =>
    phone.status.list(author.id).find((entry) => entry.id === id)
  const seenBy = (phone: Phone, id: string) => until('the phone shows it', () => shownBy(phone, id))
  const listed = async () => (await device.api.get<{ statuses: Shown[] }>('/status')).statuses
  const events = async (type: string) => {
    const { events: all } = await device.api.get<{ events: { event_type: string; data: Record<string, unknown> }[] }>(
      `/events?limit=500&types=${type}`,
    )
    return all.map(({ data }) => data)
  }

  it('is posted to the people that are named and to the own phone, with its colours and font', async () => {
    const posted = await post({ text: 'hi', background_color: '#315575', font: 3, recipients: [bob.id, `+${bob.id}`] })
    assert.deepEqual([posted.status, posted.recipients, posted.status_id], ['sent', 1, posted.message_id])
    const { message, text } = await seenBy(bob, posted.status_id)
    const { backgroundArgb, font } = message.extendedTextMessage!
    assert.deepEqual([text, backgroundArgb, font], ['hi', 0xff_31_55_75, 3])
    assert.equal((await seenBy(ana, posted.status_id)).text, 'hi')
    assert.equal(shownBy(cid, posted.status_id), undefined)
    const [newest] = await listed()
    assert.deepEqual([newest?.status_id, newest?.text, newest?.is_from_me], [posted.status_id, 'hi', true])
    assert.deepEqual(newest?.style, { background_color: '#ff315575', font: 3 })
  })

  it('takes a colour as a number and as text', async () => {
    for (const background_color of [4_280_669_030, '#25d366', '25D366', '#ff25d366', 0x25_d3_66]) {
      const { status_id } = await post({ text: 'green', background_color, recipients: [bob.id] })
      const { message } = await seenBy(bob, status_id)
      assert.equal(message.extendedTextMessage?.backgroundArgb, 4_280_669_030)
    }
    const words = new Map<unknown, RegExp>([
      ['green', /^body\.background_color: is no colour like #25d366$/],
      ['#25d36', /^body\.background_color: is no colour like #25d366$/],
      [-1, /^body\.background_color: .*>=0/],
      [2 ** 32, /^body\.background_color: .*<=4294967295/],
      [true, /^body\.background_color: expected string or number$/],
      [1.5, /^body\.background_color: expected string or int/],
    ])
    for (const [background_color, said] of words) {
      const wrong = { text: 'x', background_color, recipients: [bob.id] }
      const { body } = await device.api.refuses('invalid_request', 'POST', '/status', wrong)
      assert.match(String(body?.message), said)
    }
  })

  it('goes by the privacy setting of the account to its contacts, to all but some, or to a list', async () => {
    const { database } = gateway.services
    const contacts = new ContactStore(database)
    assert.equal((await post({ text: 'to nobody' })).recipients, 0)
    await database.commit([bob, cid].map(({ jid }) => contacts.name(device.id, jid, 'full_name', 'Saved', Date.now())))
    const toAll = await post({ text: 'to contacts' })
    assert.equal(toAll.recipients, 2)
    await Promise.all([seenBy(bob, toAll.status_id), seenBy(cid, toAll.status_id)])
    await ana.settings.setStatusPrivacy('blacklist', [bob.jid])
    const without = await post({ text: 'not to Bob' })
    await seenBy(cid, without.status_id)
    await ana.settings.setStatusPrivacy('whitelist', [bob.jid])
    const only = await post({ text: 'only to Bob' })
    await seenBy(bob, only.status_id)
    assert.deepEqual([without.recipients, only.recipients], [1, 1])
    assert.equal(shownBy(bob, without.status_id), undefined)
    assert.equal(shownBy(cid, only.status_id), undefined)
  })

  it('is sent once under one key, also after a restart', async () => {
    const keyed = device.api.with({ 'idempotency-key': 'status-once' })
    const first = await keyed.post<Posted>('/status', { text: 'once', recipients: [bob.id] })
    await gateway.restart()
    device = gateway.deviceWith(device.id, device.secret, device.token)
    await gateway.connected(device)
    const again = device.api.with({ 'idempotency-key': 'status-once' })
    const second = await again.post<Posted>('/status', { text: 'once', recipients: [bob.id] })
    assert.deepEqual([second.status_id, second.recipients], [first.status_id, 1])
    await seenBy(bob, first.status_id)
    assert.equal(bob.status.list(ana.id).filter(({ text }) => text === 'once').length, 1)
  })

  it('says who looked, and is taken back from those who got it', async () => {
    const { status_id: id } = await post({ text: 'look', recipients: [bob.id, cid.id] })
    await Promise.all([seenBy(bob, id), seenBy(cid, id)])
    await bob.status.view(ana.id, [id])
    const viewers = await until('somebody looked', async () => {
      const found = (await listed()).find(({ status_id }) => status_id === id)
      return found?.viewers.length ? found.viewers : undefined
    })
    assert.deepEqual(
      viewers.map(({ jid }) => jid),
      [bob.jid],
    )
    assert.ok((await events('status.viewed')).some(({ message_id }) => message_id === id))
    await device.api.delete(`/status/${id}`)
    await until('it is gone', () => !shownBy(bob, id) && !shownBy(cid, id) && !shownBy(ana, id))
    assert.ok(!(await listed()).some(({ status_id }) => status_id === id))
    assert.equal((await events('status.deleted')).filter(({ message_id }) => message_id === id).length, 1)
    await device.api.refuses('message_not_found', 'DELETE', '/status/3EB0000000000000000000')
  })

  it('of others is listed when it was posted before the device was linked', async () => {
    const [dan, eve] = [await sandbox.phone({ name: 'Dan' }), await sandbox.phone({ name: 'Eve' })]
    await dan.send(eve.id, { text: 'hello' })
    await eve.send(dan.id, { text: 'hello' })
    const { id } = await eve.status.post({ text: 'earlier today' })
    await until('the phone shows it', () => dan.status.list().some((entry) => entry.id === id))
    const later = await gateway.linkDevice(dan)
    const found = await until('it is listed', async () => {
      const { statuses } = await later.api.get<{ statuses: Shown[] }>('/status')
      return statuses.find(({ status_id }) => status_id === id)
    })
    assert.deepEqual([found.from, found.text, found.is_from_me], [eve.jid, 'earlier today', false])
    await later.api.post(`/status/${id}/viewed`)
    await until('Eve sees that somebody looked', () => eve.status.viewers(id).length > 0)
  })

  it('of others is listed, by person too, and its author learns that it was seen only when that is asked for', async () => {
    await bob.send(ana.id, { text: 'we know each other' })
    const { id } = await bob.status.post({ text: 'from Bob' })
    const theirs = await until('it is listed', async () => (await listed()).find(({ status_id }) => status_id === id))
    assert.deepEqual([theirs.from, theirs.from_lid, theirs.text], [bob.jid, bob.lid, 'from Bob'])
    for (const who of [bob.id, bob.lid]) {
      const { statuses } = await device.api.get<{ statuses: Shown[] }>(`/status/${who}`)
      assert.deepEqual(
        statuses.map(({ status_id }) => status_id),
        [id],
      )
    }
    const own = await device.api.get<{ statuses: Shown[] }>(`/status/${ana.id}`)
    assert.ok(own.statuses.length > 0 && own.statuses.every(({ is_from_me }) => is_from_me))
    assert.deepEqual(bob.status.viewers(id), [])
    await device.api.post(`/status/${id}/viewed`)
    await until('Bob sees who looked', () => bob.status.viewers(id).length > 0)
    await device.api.refuses('message_not_found', 'POST', '/status/3EB0000000000000000000/viewed')
    await bob.status.revoke(id)
    await until('it is not listed any more', async () => !(await listed()).some(({ status_id }) => status_id === id))
  })

  it('is a picture or a video with words under it, from JSON or a form, and is told as what it is', async () => {
    const bytes = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#336699' } })
      .jpeg()
      .toBuffer()
    const picture = await post({ base64: bytes.toString('base64'), caption: 'Blue', recipients: [bob.id, cid.id] })
    assert.deepEqual([picture.recipients, picture.type], [2, 'image'])
    for (const phone of [bob, cid, ana]) {
      const { kind, text, media } = await seenBy(phone, picture.status_id)
      assert.deepEqual([kind, text, media], ['image', 'Blue', 'here'])
    }
    assert.equal(sha256(bob.media.bytes(picture.status_id)), sha256(bytes))
    const form = new FormData()
    for (const [name, value] of Object.entries({ type: 'video', caption: 'Grey', recipients: bob.id }))
      form.append(name, value)
    form.append('file', new Blob([Buffer.from(smallVideo, 'base64')]), 'grey.mp4')
    const { status, body } = await device.api.call<Posted>('POST', '/status', form)
    assert.deepEqual([status, body.data.recipients], [200, 1])
    const video = await seenBy(bob, body.data.status_id)
    assert.deepEqual([video.kind, video.text, video.media], ['video', 'Grey', 'here'])
    assert.equal(shownBy(cid, body.data.status_id), undefined)
    const shown = (await listed()).find(({ status_id }) => status_id === body.data.status_id)
    assert.deepEqual([shown?.type, shown?.text], ['video', 'Grey'])
    const file = await fetch(`${gateway.api.url}/messages/${picture.status_id}/media`, { headers: device.api.headers })
    assert.equal(sha256(Buffer.from(await file.arrayBuffer())), sha256(bytes))
    for (const wrong of [
      {},
      { text: 'x', base64: 'aGk=' },
      { text: 'x', caption: 'y' },
      { base64: 'aGk=', font: 3 },
      { text: 'x', type: 'video' },
    ]) {
      await device.api.refuses('invalid_request', 'POST', '/status', { ...wrong, recipients: [bob.id] })
    }
    const asVideo = { base64: bytes.toString('base64'), type: 'video', recipients: [bob.id] }
    await device.api.refuses('media_kind_mismatch', 'POST', '/status', asVideo)
  })

  it('of an own post is reacted to, which is told and listed with it, and taken back', async () => {
    const { status_id: id } = await post({ text: 'react', recipients: [bob.id] })
    await seenBy(bob, id)
    await bob.status.react(ana.id, id, '🎉')
    const reactions = () =>
      until('the reaction is listed', async () => {
        const found = (await listed()).find(({ status_id }) => status_id === id)
        return found?.reactions.length ? found.reactions : undefined
      })
    const [reaction] = await reactions()
    assert.deepEqual([reaction?.emoji, reaction?.sender], ['🎉', bob.jid])
    const told = (await events('message.reaction')).find((data) => data['message_id'] === id)
    assert.deepEqual([told?.['emoji'], told?.['chat'], told?.['from']], ['🎉', 'status@broadcast', bob.jid])
    const reactionId = told?.['reaction_id']
    assert.ok(!(await events('status.posted')).some(({ message_id }) => message_id === reactionId))
    assert.equal(shownBy(ana, id)?.reactions?.[bob.jid], '🎉')
    await bob.status.react(ana.id, id, '')
    await until('it is gone', async () => {
      return (await listed()).find(({ status_id }) => status_id === id)?.reactions.length === 0
    })
  })

  it('of others is reacted to, for its author and the own devices alone', async () => {
    await Promise.all([bob, cid].map((phone) => phone.send(ana.id, { text: 'we know each other' })))
    await bob.send(cid.id, { text: 'so do we' })
    const { id } = await bob.status.post({ text: 'who likes it' })
    await until('it is listed', async () => (await listed()).some(({ status_id }) => status_id === id))
    const keyed = device.api.with({ 'idempotency-key': 'like' })
    const path = `/status/${id}/reaction`
    const { message_id: like } = await keyed.post<Posted>(path, { emoji: '❤️' })
    assert.equal((await keyed.post<Posted>(path, { emoji: '❤️' })).message_id, like)
    await until('Bob sees it', () => shownBy(bob, id, bob)?.reactions?.[ana.jid] === '❤️')
    await until('the own phone sees it', () => shownBy(ana, id, bob)?.reactions?.[ana.jid] === '❤️')
    assert.deepEqual(shownBy(cid, id, bob)?.reactions ?? {}, {})
    const own = (await listed()).find(({ status_id }) => status_id === id)
    assert.deepEqual(
      own?.reactions.map(({ emoji, sender }) => [emoji, sender]),
      [['❤️', ana.jid]],
    )
    await device.api.post(path, { emoji: '' })
    await until('it is taken back', () => shownBy(bob, id, bob)?.reactions?.[ana.jid] === undefined)
    // The next post is still read by all: the key that they share was not changed.
    const next = await post({ text: 'still here', recipients: [bob.id, cid.id] })
    await Promise.all([seenBy(bob, next.status_id), seenBy(cid, next.status_id)])
    await device.api.refuses('message_not_found', 'POST', `/status/${next.status_id}/reaction`, { emoji: '👍' })
  })

  it('is shown for 24 hours, own and others’, and nothing can be done to it afterwards', async () => {
    const { status_id: own } = await post({ text: 'for a day', recipients: [bob.id] })
    const { id: theirs } = await bob.status.post({ text: 'for a day too' })
    const both = async () => (await listed()).filter(({ status_id }) => status_id === own || status_id === theirs)
    await until('both are listed', async () => (await both()).length === 2)
    const day = 24 * 60 * 60_000
    clock.set(day + 60_000)
    assert.deepEqual(await both(), [])
    const { statuses } = await device.api.get<{ statuses: Shown[] }>(`/status/${bob.id}`)
    assert.deepEqual(statuses, [])
    for (const act of ['viewed', 'reaction']) {
      await device.api.refuses(
        'message_not_found',
        'POST',
        `/status/${theirs}/${act}`,
        act === 'viewed' ? undefined : {},
      )
    }
    clock.set(-day - 60_000)
    assert.equal((await both()).length, 2)
  })

  it('leaves at the time that it is for', async () => {
    const sendAt = new Date(clock.now() + 3_600_000).toISOString()
    const later = await post({ text: 'later', send_at: sendAt, recipients: [bob.id] })
    assert.deepEqual([later.status, later.recipients], ['scheduled', 1])
    assert.ok(!(await listed()).some(({ status_id }) => status_id === later.status_id))
    clock.pass(3_600_000)
    await seenBy(bob, later.status_id)
  })

  it('reaches a device that could not read it at first', async () => {
    const other = await gateway.linkDevice(cid)
    const jid = gateway.services.sessions.account(other.id)!.jid
    sandbox.fault.next(jid, 'message', { corrupt: true, direction: 'out' })
    const { status_id: id } = await post({ text: 'again', recipients: [cid.id] })
    const read = await until('it is read', async () => {
      const { statuses } = await other.api.get<{ statuses: Shown[] }>('/status')
      return statuses.find(({ status_id }) => status_id === id)
    })
    assert.deepEqual([read.text, read.is_from_me], ['again', false])
    assert.ok(
      sandbox.world.log.since().some(({ type }) => type === 'fault'),
      'it could not be read at first',
    )
  })
})
