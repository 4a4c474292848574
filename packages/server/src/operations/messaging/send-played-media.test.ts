import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import sharp from 'sharp'
import { animation, photo, picture } from '../../media/convert/testing/samples.ts'
import { opusPackets, readOgg, recording, wav } from '../../media/convert/testing/sound.ts'
import { ffmpeg, needsFfmpeg } from '../../media/convert/testing/with-ffmpeg.ts'
import type { ApiAnswer } from '../../testing/api-client.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

interface Sent {
  readonly message_id: string
  readonly status: string
}

describe('sends of what is played, looked at and stuck', () => {
  let gateway: TestGateway
  let device: TestDevice & { readonly phone: Phone }
  let bob: Phone
  let group: string

  before(async () => {
    gateway = await startTestGateway({ sandbox: true, environment: { WHATSAPP_MEDIA_IMAGE_COMPRESSION: 'false' } })
    device = await gateway.linkDevice()
    bob = await gateway.phone('Bob')
    group = (await bob.groups.create({ subject: 'Team', participants: [device.phone.id] })).jid
  })
  after(() => gateway.stop())

  const send = async (
    route: string,
    bytes: Uint8Array,
    fields: Record<string, string> = {},
    chat = bob.id,
  ): Promise<ApiAnswer<Sent>> => {
    const form = new FormData()
    for (const [name, value] of Object.entries(fields)) form.append(name, value)
    form.append('file', new Blob([new Uint8Array(bytes)]), 'as-it-was-called.bin')
    return device.api.call<Sent>('POST', `/chats/${chat}/${route}`, form)
  }

  /** The message as Bob's phone shows it, with its file. */
  const seen = async ({ status, text, body }: ApiAnswer<Sent>) => {
    assert.equal(status, 200, text)
    const id = body.data.message_id
    const message = await bob.until.message((each) => each.id === id)
    assert.equal(message.media, 'here')
    return { id, message, bytes: Buffer.from(bob.media.bytes(id)), mimetype: bob.media.mimetype(id) }
  }

  it('make a voice note of a recording, with its length and its loudness', async () => {
    for (const chat of [bob.id, group]) {
      const { message, bytes, mimetype } = await seen(
        await send('audio', wav(3, 44_100, 2), { voice_note: 'true' }, chat),
      )
      const { audioMessage } = message.message
      assert.deepEqual([message.kind, mimetype], ['voice', 'audio/ogg; codecs=opus'])
      assert.deepEqual([audioMessage?.ptt, audioMessage?.seconds], [true, 3])
      const waveform = [...(audioMessage?.waveform ?? [])]
      assert.ok(
        waveform.length === 64 && waveform.every((value) => value <= 100) && waveform.some((value) => value > 0),
      )
      assert.ok(audioMessage?.streamingSidecar?.length)
      const { packets } = readOgg(bytes)
      assert.ok(packets.length > 2)
      // Such a file leaves again as it is.
      const again = await seen(await send('audio', bytes, { ptt: 'true' }, chat))
      assert.deepEqual(again.bytes, bytes)
    }
  })

  it('send a recording of a browser as audio with a length, never as a video', async () => {
    const webm = await recording(opusPackets(2), 'webm')
    const { message, mimetype } = await seen(await send('audio', webm))
    assert.equal(message.message.audioMessage?.ptt ?? false, false)
    assert.ok(mimetype.startsWith('audio/'), mimetype)
    assert.equal(message.message.audioMessage?.seconds, 2)
  })

  it('send an animated WebP as it is, and make a sticker of a picture', async () => {
    const moving = await animation({ width: 512, height: 512, delays: [100, 100, 100] }, 'webp')
    const moved = await seen(await send('stickers', moving, {}, group))
    assert.deepEqual([moved.bytes, moved.message.kind], [moving, 'sticker'])
    assert.equal(moved.message.details?.['animated'], true)
    const png = await (await picture({ width: 800, height: 400, alpha: true })).png().toBuffer()
    const { bytes, mimetype, message } = await seen(await send('stickers', png, { pack: 'Ours', author: 'We' }))
    const facts = await sharp(bytes).metadata()
    assert.deepEqual([mimetype, facts.format, facts.width, facts.height], ['image/webp', 'webp', 512, 512])
    assert.equal(facts.hasAlpha, true)
    assert.ok(bytes.includes('"sticker-pack-name":"Ours"'))
    const { stickerMessage } = message.message
    assert.deepEqual([stickerMessage?.width, stickerMessage?.height], [512, 512])
  })

  it('send videos, GIFs and video notes as what they are', needsFfmpeg, async () => {
    const folder = gateway.dataDir
    const made = path.join(folder, 'made.mp4')
    ffmpeg(
      ...['-f', 'lavfi', '-i', 'testsrc=duration=2:size=320x240:rate=10', '-f', 'lavfi', '-i', 'sine=duration=2'],
      ...['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-movflags', '+faststart', '-shortest', made],
    )
    const mp4 = await readFile(made)
    const video = await seen(await send('videos', mp4, { caption: 'waves', view_once: 'true' }, group))
    const { videoMessage } = video.message.message
    assert.deepEqual([video.message.kind, video.message.text, video.message.viewOnce], ['video', 'waves', true])
    assert.deepEqual([videoMessage?.width, videoMessage?.height, videoMessage?.seconds], [320, 240, 2])
    assert.ok(videoMessage?.jpegThumbnail?.length && videoMessage.streamingSidecar?.length)
    const gif = await seen(
      await send('videos', await animation({ width: 64, height: 64, delays: [100, 100] }, 'gif'), { gif: 'true' }),
    )
    assert.deepEqual([gif.message.message.videoMessage?.gifPlayback, gif.mimetype], [true, 'video/mp4'])
    const note = await seen(await send('videos', mp4, { ptv: 'true' }))
    assert.ok(note.message.message.ptvMessage)
    const both = await send('videos', mp4, { ptv: 'true', caption: 'no' })
    assert.deepEqual([both.status, both.body.error_code], [400, 'invalid_request'])
  })

  it('turn a photo as its camera says, in size and thumbnail', async () => {
    const turned = await photo({ width: 400, height: 200 })
    const { bytes, message } = await seen(await send('images', turned))
    const { imageMessage } = message.message
    const facts = await sharp(bytes).metadata()
    const small = await sharp(imageMessage?.jpegThumbnail).metadata()
    assert.deepEqual([imageMessage?.width, imageMessage?.height], [facts.width, facts.height])
    assert.equal((facts.width ?? 0) > (facts.height ?? 0), (small.width ?? 0) > (small.height ?? 0))
    assert.equal(facts.exif, undefined)
  })

  it('keep what is needed to get the own file again', async () => {
    const bytes = Buffer.from('the own file')
    const { id } = await seen(await send('documents', bytes, { filename: 'own.txt' }))
    const answer = await fetch(`${gateway.api.url}/messages/${id}/media`, { headers: device.api.headers })
    assert.deepEqual([answer.status, sha256(Buffer.from(await answer.arrayBuffer()))], [200, sha256(bytes)])
    assert.match(answer.headers.get('content-disposition') ?? '', /own\.txt/)
  })

  it('go to another media host when one does not take the file, and say when none ever will', async () => {
    const { uploadFaults } = gateway.sandbox!.world.media
    uploadFaults.refuseNext(503)
    await seen(await send('documents', Buffer.from('second host')))
    uploadFaults.refuseNext(413)
    const refused = await send('documents', Buffer.from('nobody takes it'))
    assert.equal(refused.status, 422, refused.text)
    assert.equal(refused.body.error_code, 'message_refused')
  })

  it('are continued when the connection breaks, and tried again when no host answers well', async () => {
    const sandbox = gateway.sandbox!
    const fails = (fault: { kind: 'break'; share: number } | { kind: 'refuse'; status: number }, times: number) =>
      sandbox.fault.apply({ action: { kind: 'failed-transfer', transfer: 'upload', fault, times } })
    const continued = () =>
      sandbox.world.log.since().filter(({ type, data }) => type === 'media.uploaded' && data['from'])
    await fails({ kind: 'break', share: 0.5 }, 2)
    const large = randomBytes(3_000_000)
    const { bytes } = await seen(await send('documents', large))
    assert.deepEqual(bytes, large)
    assert.equal(continued().length, 1)
    assert.ok(Number(continued()[0]!.data['from']) >= 2_000_000)
    // Half of it arrives, then no host takes more: the message waits, and the next attempt brings the rest.
    await fails({ kind: 'break', share: 0.5 }, 1)
    await fails({ kind: 'refuse', status: 503 }, 2)
    const { body } = await send('documents', large, { wait: '0' })
    await bob.until.message(({ id, media }) => id === body.data.message_id && media === 'here')
    assert.deepEqual(Buffer.from(bob.media.bytes(body.data.message_id)), large)
    assert.equal(continued().length, 2)
  })

  it('are taken while the device is away, and leave with their files once it is back', async () => {
    const jid = gateway.services.sessions.account(device.id)!.jid
    const partition = await gateway.sandbox!.fault.apply({ device: jid, action: { kind: 'partition' } })
    gateway.sandbox!.disconnect(jid, 0)
    await until('it is away', () => !gateway.services.sessions.status(device.id).connected)
    const sent = await send('documents', Buffer.from('sent while away'), { wait: '0' })
    assert.deepEqual([sent.status, sent.body.data.status], [202, 'queued'])
    const forward = `/messages/${sent.body.data.message_id}/forward`
    await device.api.refuses('message_not_suitable', 'POST', forward, { to_chat_jid: group })
    const left = () => readdir(path.join(gateway.dataDir, 'outgoing'))
    assert.equal((await left()).length, 1)
    await gateway.restart()
    assert.equal((await left()).length, 1)
    gateway.sandbox!.fault.cancel(partition!)
    await gateway.connected(device)
    await bob.until.message(({ id }) => id === sent.body.data.message_id)
    assert.equal(Buffer.from(bob.media.bytes(sent.body.data.message_id)).toString(), 'sent while away')
    await until('the file is gone', async () => (await left()).length === 0)
  })
})
