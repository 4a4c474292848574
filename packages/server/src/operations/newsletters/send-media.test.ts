import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import sharp from 'sharp'
import { animation } from '../../media/convert/testing/samples.ts'
import { ffmpeg, needsFfmpeg } from '../../media/convert/testing/with-ffmpeg.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

interface Post {
  readonly message_id: string
  readonly server_id: number
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

describe('files in channels', () => {
  let gateway: TestGateway
  let device: TestDevice
  let bob: Phone
  let mine: string

  before(async () => {
    gateway = await startTestGateway({ sandbox: true, environment: { WHATSAPP_MEDIA_IMAGE_COMPRESSION: 'false' } })
    device = await gateway.linkDevice()
    bob = await gateway.phone('Bob')
    await device.api.post('/newsletters/tos/accept', {})
    mine = (await device.api.post<{ jid: string }>('/newsletters', { name: 'Mine', description: '' })).jid
    await bob.channels.follow(mine)
  })
  after(() => gateway.stop())

  const seenBy = (serverId: number) =>
    until('Bob sees it', async () =>
      (await bob.channels.of(mine).messages()).find((each) => each.serverId === serverId && each.message),
    )

  it('reach followers byte for byte and without a key, and are reacted to by their number', async () => {
    const picture = sharp({ create: { width: 300, height: 200, channels: 3, background: '#336699' } })
    const bytes = await picture.jpeg().toBuffer()
    const keyed = device.api.with({ 'idempotency-key': 'channel-image' })
    const body = { base64: bytes.toString('base64'), caption: 'Blue' }
    const sent = await keyed.post<Post>(`/newsletters/${mine}/images`, body)
    assert.deepEqual(await keyed.post<Post>(`/newsletters/${mine}/images`, body), sent)
    const seen = await seenBy(sent.server_id)
    const { caption, mediaKey, mimetype } = seen.message!.imageMessage!
    assert.deepEqual([seen.id, caption, mimetype, mediaKey?.length ?? 0], [sent.message_id, 'Blue', 'image/jpeg', 0])
    const shown = await bob.channels.of(mine).file(sent.server_id)
    assert.equal(sha256(shown), sha256(new Uint8Array(Buffer.from(body.base64, 'base64'))))
    await device.api.post(`/newsletters/${mine}/reaction`, { message_server_id: sent.server_id, emoji: '👍' })
    const [post] = await device.api.get<{ reactions: object }[]>(`/newsletters/${mine}/messages?count=1`)
    assert.deepEqual(post?.reactions, { '👍': 1 })
  })

  it('are documents with their names, also from a file that was uploaded before', async () => {
    const form = new FormData()
    form.append('file', new Blob(['a plan']), 'plan.txt')
    const response = await fetch(`${device.api.url}/media`, {
      method: 'POST',
      headers: { ...device.api.headers },
      body: form,
    })
    const { data } = (await response.json()) as { data: { media_id: string } }
    const sent = await device.api.post<Post>(`/newsletters/${mine}/documents`, { media_id: data.media_id })
    const { message } = await seenBy(sent.server_id)
    assert.equal(message!.documentMessage?.fileName, 'plan.txt')
    assert.equal(Buffer.from(await bob.channels.of(mine).file(sent.server_id)).toString(), 'a plan')
  })

  it('are videos and GIFs, converted as in chats, without a key', needsFfmpeg, async () => {
    const made = path.join(gateway.dataDir, 'made.mp4')
    ffmpeg(
      ...['-f', 'lavfi', '-i', 'testsrc=duration=2:size=320x240:rate=10', '-f', 'lavfi', '-i', 'sine=duration=2'],
      ...['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-movflags', '+faststart', '-shortest', made],
    )
    const mp4 = await readFile(made)
    const body = { base64: mp4.toString('base64'), caption: 'Waves' }
    const sent = await device.api.post<Post>(`/newsletters/${mine}/videos`, body)
    const { caption, mediaKey, mimetype, seconds, width, jpegThumbnail, directPath } = (await seenBy(sent.server_id))
      .message!.videoMessage!
    assert.deepEqual([caption, mimetype, seconds, width], ['Waves', 'video/mp4', 2, 320])
    assert.deepEqual([mediaKey?.length ?? 0, (jpegThumbnail?.length ?? 0) > 0], [0, true])
    assert.match(directPath ?? '', /newsletter-video/)
    assert.equal(sha256(await bob.channels.of(mine).file(sent.server_id)), sha256(mp4))
    const gif = await animation({ width: 64, height: 64, delays: [100, 100] }, 'gif')
    const moving = { base64: gif.toString('base64'), gif: true }
    const { server_id: serverId } = await device.api.post<Post>(`/newsletters/${mine}/videos`, moving)
    const { message } = await seenBy(serverId)
    assert.deepEqual([message!.videoMessage?.gifPlayback, message!.videoMessage?.mimetype], [true, 'video/mp4'])
  })

  it('are refused where the account may not post, and when they are not what they should be', async () => {
    const his = (await bob.channels.create({ name: 'His' })).jid
    const body = { base64: Buffer.from('no picture').toString('base64') }
    await device.api.refuses('media_kind_mismatch', 'POST', `/newsletters/${mine}/images`, body)
    await device.api.refuses('forbidden_by_whatsapp', 'POST', `/newsletters/${his}/documents`, body)
    await device.api.refuses('media_not_found', 'POST', `/newsletters/${mine}/documents`, { media_id: 'med_none' })
  })
})
