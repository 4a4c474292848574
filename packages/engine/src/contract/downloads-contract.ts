import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { it } from 'node:test'
import type { MediaFile, MediaFiles } from '../content/index.ts'
import type { InboundMessage } from '../inbound.ts'
import type { EngineHarness } from './harness.ts'
import type { SentKind } from './phones/media-phone.ts'
import { type ContractDevice, linked } from './steps.ts'

const kinds: readonly SentKind[] = [
  ...(['image', 'video', 'gif', 'video_note', 'voice', 'audio', 'document', 'sticker', 'sticker_pack'] as const),
]

/** Sizes at the edges of cipher blocks, of the MAC and of what comes at once. */
const sizes = [0, 1, 15, 16, 17, 5_000, 65_536, 300_001]

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts)
}

/** Files that others sent: fetched, opened, checked, and asked for again. */
export function downloadsContract(harness: () => EngineHarness): void {
  const filesOf = ({ message }: InboundMessage): MediaFiles => harness().engine.files(message)

  async function talking(name: string) {
    const device = await linked(harness(), name)
    const bob = await harness().phone('Bob')
    const came = (id: string) => device.host.untilItem('message', (item) => item.id === id)
    const fetch = (file: MediaFile) => device.session.use('downloads').fetch(file)
    return { device, bob, came, fetch }
  }

  /** What the phone answers when the file of a message is asked for again. */
  async function askAgain({ host, session }: ContractDevice, item: InboundMessage) {
    const { id, chat, sender, fromMe, message } = item
    const key = filesOf(item).file!.key!
    const before = host.items.length
    await session.use('downloads').askAgain({ id, chat: chat.jid, sender: sender.jid, fromMe, key })
    const answer = await host.until(
      ({ items }) => items.slice(before).find((each) => each.kind === 'media_retry' && each.messageId === id),
      'answer of the phone',
    )
    assert.ok(answer.kind === 'media_retry')
    return { answer, read: harness().engine.openMediaRetry(answer, message) }
  }

  it('hands out every kind of file as it was sent, alone and in a group', async () => {
    const { device, bob, came, fetch } = await talking('Mia')
    const group = await bob.groups.create('Team', [device.phone.jid])
    for (const chat of [device.phone.jid, group]) {
      for (const kind of kinds) {
        const data = randomBytes(70_000)
        const tray = randomBytes(900)
        const { id } = await bob.media.send(chat, kind, data, kind === 'sticker_pack' ? tray : undefined)
        const { file, thumbnail } = filesOf(await came(id))
        assert.ok(file, kind)
        assert.equal(file.size, data.length)
        assert.deepEqual(file.sha256 && Buffer.from(file.sha256), createHash('sha256').update(data).digest())
        assert.ok(data.equals(await collect(await fetch(file))), kind)
        assert.equal(thumbnail !== undefined, kind === 'sticker_pack')
        if (thumbnail) assert.ok(tray.equals(await collect(await fetch(thumbnail))), 'the picture of the pack')
      }
    }
    await device.session.close()
  })

  it('opens files of any length', async () => {
    const { device, bob, came, fetch } = await talking('Lena')
    for (const size of sizes) {
      const data = randomBytes(size)
      const { id } = await bob.media.send(device.phone.jid, 'document', data)
      assert.ok(data.equals(await collect(await fetch(filesOf(await came(id)).file!))), `${size} bytes`)
    }
    await device.session.close()
  })

  it('hands out what a channel posts, which is not sealed', async () => {
    const { device, bob, came, fetch } = await talking('Kim')
    const channel = await bob.channels.create('News')
    await device.phone.channels.follow(channel)
    const data = randomBytes(5_000)
    const { id } = await bob.media.post(channel, 'image', data)
    const { file } = filesOf(await came(id))
    assert.ok(file && file.key === undefined)
    assert.ok(data.equals(await collect(await fetch(file))))
    await assert.rejects(async () => collect(await fetch({ ...file, sha256: randomBytes(32) })), {
      code: 'media_flawed',
    })
    await device.session.close()
  })

  it('hands out nothing whole that is not what the message says', async () => {
    const { device, bob, came, fetch } = await talking('Nora')
    const data = randomBytes(200_000)
    const { id } = await bob.media.send(device.phone.jid, 'document', data)
    const file = filesOf(await came(id)).file!
    const refused = async (wrong: MediaFile, what: string) => {
      let bytes = 0
      await assert.rejects(
        async () => {
          for await (const chunk of await fetch(wrong)) bytes += chunk.length
        },
        { code: 'media_flawed' },
        what,
      )
      assert.ok(bytes < data.length, `${what}: all of it came`)
    }
    await refused({ ...file, sha256: randomBytes(32) }, 'another hash inside')
    await refused({ ...file, sealedSha256: randomBytes(32) }, 'another hash outside')
    await refused({ ...file, key: randomBytes(32) }, 'another key')
    await refused({ ...file, seal: 'audio' }, 'keys of another kind')
    await refused({ ...file, size: data.length - 1 }, 'longer than said')
    await refused({ ...file, size: data.length + 1 }, 'shorter than said')
    const { sha256: _, ...noHash } = file
    await refused(noHash, 'no hash')
    const { sealedSha256: __, ...noSealedHash } = file
    await refused(noSealedHash, 'no hash of what is sealed')
    bob.media.spoil(id)
    await refused(file, 'a byte that was changed')
    await device.session.close()
  })

  it('goes to the media host whatever host a message names', async () => {
    const { device, bob, came, fetch } = await talking('Ines')
    const data = randomBytes(100)
    const { id } = await bob.media.send(device.phone.jid, 'image', data)
    const file = filesOf(await came(id)).file!
    for (const host of ['http://127.0.0.1:9', '//127.0.0.1:9', 'https://169.254.169.254']) {
      assert.ok(data.equals(await collect(await fetch({ ...file, path: `${host}${file.path}` }))), host)
    }
    for (const path of ['http://', '\\\\', ' ']) {
      await assert.rejects(
        async () => collect(await fetch({ ...file, path })),
        (error: { code?: string }) => error.code === 'media_flawed' || error.code === 'media_gone',
      )
    }
    await device.session.close()
  })

  it('asks the phone again when the link has ended, and opens its answer', async () => {
    const { device, bob, came, fetch } = await talking('Rita')
    for (const status of [403, 404, 410] as const) {
      const data = randomBytes(3_000)
      const { id } = await bob.media.send(device.phone.jid, 'image', data)
      const item = await came(id)
      const file = filesOf(item).file!
      bob.media.expire(id, status)
      await assert.rejects(async () => collect(await fetch(file)), { code: 'media_gone' })
      const { answer, read } = await askAgain(device, item)
      assert.equal(read?.result, 'stored')
      assert.equal(answer.chat.jid, bob.jid)
      const path = read?.result === 'stored' ? read.path : ''
      assert.ok(data.equals(await collect(await fetch({ ...file, path }))))
      const { message } = await came((await bob.media.send(device.phone.jid, 'image', data)).id)
      assert.equal(harness().engine.openMediaRetry(answer, message), undefined)
    }
    await device.session.close()
  })

  it('asks again in groups and for what the own phone sent', async () => {
    const { device, bob, came, fetch } = await talking('Gerd')
    const group = await bob.groups.create('Team', [device.phone.jid])
    const data = randomBytes(3_000)
    const sent = [
      [bob, (await bob.media.send(group, 'image', data)).id],
      [device.phone, (await device.phone.media.send(bob.jid, 'video', data)).id],
      [device.phone, (await device.phone.media.send(group, 'document', data)).id],
    ] as const
    for (const [phone, id] of sent) {
      const item = await came(id)
      phone.media.expire(id, 410)
      const { read } = await askAgain(device, item)
      assert.equal(read?.result, 'stored')
      const path = read?.result === 'stored' ? read.path : ''
      assert.ok(data.equals(await collect(await fetch({ ...filesOf(item).file!, path }))))
    }
    await device.session.close()
  })

  it('says that the phone has the file no longer', async () => {
    const { device, bob, came } = await talking('Dora')
    const { id } = await bob.media.send(device.phone.jid, 'image', randomBytes(300))
    const item = await came(id)
    device.phone.media.delete(id)
    const { answer, read } = await askAgain(device, item)
    assert.deepEqual([answer.errorCode, read], [2, { result: 'not_found' }])
    await device.session.close()
  })
}
