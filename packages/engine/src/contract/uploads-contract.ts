import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, it } from 'node:test'
import type { LocalFile } from '../abilities/index.ts'
import type { ComposeContext, MediaContent, OutgoingFile } from '../content/index.ts'
import { EngineError } from '../errors.ts'
import type { EngineHarness } from './harness.ts'
import { type ContractDevice, linked, sendContent } from './steps.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
const jpeg = { jpeg: Buffer.from('ffd8ffd9', 'hex'), width: 100, height: 50 }

/** Files: brought to the media host, and sent as what they are. */
export function uploadsContract(harness: () => EngineHarness): void {
  let folder: string
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'engine-uploads-'))
  })
  after(() => rm(folder, { recursive: true, force: true }))

  async function fileOf(bytes: Uint8Array): Promise<string> {
    const name = path.join(folder, sha256(bytes).toString('hex'))
    await writeFile(name, bytes)
    return name
  }

  async function uploadedBy(
    device: ContractDevice,
    bytes: Uint8Array,
    more: Omit<LocalFile, 'path'>,
  ): Promise<OutgoingFile> {
    const uploaded = await device.session.use('uploads').upload({ path: await fileOf(bytes), ...more })
    return { mimetype: 'application/x-test', size: bytes.length, sha256: uploaded.sha256, uploaded }
  }

  async function talking(name: string) {
    const device = await linked(harness(), name)
    const bob = await harness().phone('Bob')
    const group = await bob.groups.create('Team', [device.phone.jid])
    const send = async (content: MediaContent, chat: string, context?: Partial<ComposeContext>) => {
      const { id, ack } = await sendContent(harness(), device, chat, content, context)
      await ack
      return id
    }
    return { device, bob, group, send }
  }

  const kinds: readonly [shown: string, kind: LocalFile['kind'], content: (file: OutgoingFile) => MediaContent][] = [
    ['image', 'image', (file) => ({ type: 'image', file, caption: 'sea', width: 4, height: 3, thumbnail: jpeg })],
    ['video', 'video', (file) => ({ type: 'video', file, caption: 'sea', seconds: 3, thumbnail: jpeg })],
    ['gif', 'video', (file) => ({ type: 'video', file, gif: true, seconds: 3 })],
    ['video_note', 'video', (file) => ({ type: 'video', file, ptv: true, seconds: 3 })],
    ['audio', 'audio', (file) => ({ type: 'audio', file, seconds: 4 })],
    [
      'voice',
      'audio',
      (file) => ({ type: 'audio', file, ptt: true, seconds: 4, waveform: new Uint8Array(64).fill(9) }),
    ],
    ['document', 'document', (file) => ({ type: 'document', file, fileName: 'a b.bin' })],
    ['document', 'document', (file) => ({ type: 'document', file, fileName: 'a b.bin', caption: 'sea', pages: 2 })],
    ['sticker', 'sticker', (file) => ({ type: 'sticker', file, width: 512, height: 512, animated: true })],
  ]

  it('brings every kind to the phones of a person and of a group, byte for byte', async () => {
    const { device, bob, group, send } = await talking('Uma')
    for (const [shown, kind, content] of kinds) {
      const bytes = randomBytes(150_001)
      const frame = kind === 'sticker' ? { firstFrameLength: 70_000 } : {}
      const made = content(await uploadedBy(device, bytes, { kind, ...frame }))
      for (const chat of [bob.jid, group]) {
        const id = await send(made, chat)
        const { kind: seen, text } = await bob.has(id)
        assert.deepEqual([seen, text], [shown, 'caption' in made ? made.caption : undefined])
        assert.deepEqual(Buffer.from(bob.files.bytes(id)), bytes)
      }
    }
    await device.session.close()
  })

  it('signs the windows of whatever can be played, however long it is', async () => {
    const { device, bob, send } = await talking('Sid')
    for (const length of [1, 15, 16, 65_509, 65_510, 65_511, 65_520, 65_536, 131_046, 131_072, 500_000]) {
      const bytes = randomBytes(length)
      const file = await uploadedBy(device, bytes, { kind: 'video' })
      assert.equal(
        file.uploaded?.sidecar?.length,
        10 * Math.ceil((16 + (Math.floor(length / 16) + 1) * 16 + 10) / 65_536),
      )
      const id = await send({ type: 'video', file }, bob.jid)
      await bob.has(id)
      assert.deepEqual(Buffer.from(bob.files.bytes(id)), bytes)
    }
    assert.equal((await uploadedBy(device, randomBytes(9), { kind: 'document' })).uploaded?.sidecar, undefined)
    await device.session.close()
  })

  it('puts an uploaded file into a message that was composed before, and finds it there again', async () => {
    const { device, bob } = await talking('Ida')
    const { engine } = harness()
    const bytes = randomBytes(3000)
    const uploaded = await device.session.use('uploads').upload({ path: await fileOf(bytes), kind: 'document' })
    const file = { mimetype: 'text/plain', size: bytes.length, sha256: sha256(bytes) }
    const content = { type: 'document', file, fileName: 'a.txt', caption: 'read' } as const
    const before = engine.compose(content, { chat: bob.jid, now: Date.now(), timer: { seconds: 86_400 } })
    assert.equal(engine.mediaIn(before), undefined)
    const { mimetype, size, fileName } = engine.describe(before).media ?? {}
    assert.deepEqual([mimetype, size, fileName], ['text/plain', bytes.length, 'a.txt'])
    const message = engine.withFile(before, uploaded)
    assert.deepEqual(engine.describe(message), engine.describe(before))
    const id = engine.newMessageId()
    await (await device.session.use('messaging').send({ id, chat: bob.jid, message })).ack
    const shown = await bob.has(id)
    assert.deepEqual([shown.text, shown.expiresAfter], ['read', 86_400])
    assert.deepEqual(Buffer.from(bob.files.bytes(id)), bytes)
    const found = engine.mediaIn(message)
    assert.ok(found?.type === 'document')
    assert.deepEqual([found.fileName, found.file.mimetype, 'caption' in found], ['a.txt', 'text/plain', false])
    const again = engine.compose({ ...found, caption: 'once more' }, { chat: bob.jid, now: Date.now() })
    const second = engine.newMessageId()
    await (await device.session.use('messaging').send({ id: second, chat: bob.jid, message: again })).ack
    assert.equal((await bob.has(second)).text, 'once more')
    assert.deepEqual(Buffer.from(bob.files.bytes(second)), bytes)
    await device.session.close()
  })

  it('sends what may be seen once, with quote and mentions', async () => {
    const { device, bob, group, send } = await talking('Vio')
    const { id } = await bob.send(group, 'who comes?')
    const { chat, sender, message } = await device.host.untilItem('message', (item) => item.id === id)
    const quoted = { id, chat: chat.jid, sender: sender.jid, message }
    const file = await uploadedBy(device, randomBytes(500), { kind: 'image' })
    const context = { quoted, mentions: [bob.jid] }
    const answer = await bob.has(await send({ type: 'image', file, viewOnce: true }, group, context))
    assert.deepEqual([answer.viewOnce, answer.quotedId, answer.mentions], [true, id, [bob.lid]])
    await device.session.close()
  })

  it('tries again where a host does not take it, and says with its code when none would', async () => {
    const { device, bob } = await talking('Ria')
    const uploads = device.session.use('uploads')
    const file = { path: await fileOf(randomBytes(200_000)), kind: 'image' } as const
    bob.files.refuseUploads(401)
    assert.ok((await uploads.upload(file)).directPath)
    bob.files.refuseUploads(503)
    assert.ok((await uploads.upload(file)).directPath)
    bob.files.refuseUploads(503, 2)
    await assert.rejects(uploads.upload(file), (error) => error instanceof EngineError && error.code === 'timeout')
    bob.files.refuseUploads(413)
    await assert.rejects(
      uploads.upload(file),
      (error) => error instanceof EngineError && error.code === 'refused' && error.remoteCode === 413,
    )
    await assert.rejects(uploads.upload({ ...file, path: path.join(folder, 'none') }), { code: 'ENOENT' })
    await device.session.close()
    await assert.rejects(uploads.upload(file), { code: 'not_connected' })
  })

  it('continues where a connection broke off, at once and with the next attempt', async () => {
    const { device, bob, send } = await talking('Res')
    const uploads = device.session.use('uploads')
    const arrives = async (bytes: Buffer) => {
      const id = await send({ type: 'video', file: await uploadedBy(device, bytes, { kind: 'video' }) }, bob.jid)
      await bob.has(id)
      assert.deepEqual(Buffer.from(bob.files.bytes(id)), bytes)
      return bob.files.continuedUploads().at(-1)!
    }
    bob.files.breakUploads(0.5)
    const half = await arrives(randomBytes(6_000_000))
    assert.ok(half >= 3_000_000 && half < 6_000_000, `continued from ${half}`)
    bob.files.breakUploads(0.5, 3)
    const more = await arrives(randomBytes(6_000_000))
    assert.ok(more >= 5_000_000, `continued from ${more}`)
    // Of what breaks before anything has arrived, the other host gets all.
    bob.files.breakUploads(0)
    await arrives(randomBytes(1000))
    // Both hosts fail: the next attempt continues with the same sealed file.
    const bytes = randomBytes(6_000_000)
    const file = { path: await fileOf(bytes), kind: 'video' } as const
    bob.files.breakUploads(0.5)
    bob.files.refuseUploads(503, 2)
    await assert.rejects(uploads.upload(file), { code: 'timeout' })
    const uploaded = await uploads.upload(file)
    assert.ok(bob.files.continuedUploads().at(-1)! >= 3_000_000)
    const outgoing = { mimetype: 'video/mp4', size: bytes.length, sha256: uploaded.sha256, uploaded }
    const id = await send({ type: 'video', file: outgoing }, bob.jid)
    await bob.has(id)
    assert.deepEqual(Buffer.from(bob.files.bytes(id)), bytes)
    await device.session.close()
  })

  it('leaves a host that stays silent for another one', async () => {
    const { device, bob, send } = await talking('Sil')
    const bytes = randomBytes(3_000_000)
    bob.files.silenceUploads()
    const id = await send({ type: 'video', file: await uploadedBy(device, bytes, { kind: 'video' }) }, bob.jid)
    await bob.has(id)
    assert.deepEqual(Buffer.from(bob.files.bytes(id)), bytes)
    await device.session.close()
  })

  it('uploads files of channels as they are', async () => {
    const { device, bob } = await talking('Chan')
    const bytes = randomBytes(100_000)
    const open = await device.session.use('uploads').uploadOpenly({ path: await fileOf(bytes), kind: 'image' })
    assert.deepEqual([open.size, Buffer.from(open.sha256)], [bytes.length, sha256(bytes)])
    assert.ok(open.handle)
    assert.deepEqual(Buffer.from(bob.files.stored(open.directPath)), bytes)
    bob.files.breakUploads(0.5)
    const again = await device.session.use('uploads').uploadOpenly({ path: await fileOf(bytes), kind: 'image' })
    assert.ok(again.handle)
    assert.equal(bob.files.continuedUploads().at(-1), 0)
    await device.session.close()
  })
}
