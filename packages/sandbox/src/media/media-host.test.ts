import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, describe, it } from 'node:test'
import { openMedia, sealMedia } from '../phone/media/seal-media.ts'
import { SandboxServer } from '../server/sandbox-server.ts'
import { serveWorld } from '../server/serve-world.ts'
import { ManualClock } from '../world/manual-clock.ts'
import { mediaKinds } from '../world/media/media-kinds.ts'
import { issueUploadAuth } from '../world/media/upload-auth.ts'
import { World } from '../world/world.ts'

const clock = new ManualClock()
const world = serveWorld(new World({ seed: 5, clock }))
const server = await SandboxServer.start(world)
const device = (name: string) =>
  world.addDevice(world.createAccount({ name }), { id: 0, registrationId: 1, identityKey: randomBytes(32) })
const [ana, bob] = [device('Ana'), device('Bob')]

const tokenOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64url')

function address(path: string, token: string, extra: Record<string, string> = {}, auth = issueUploadAuth(world, ana)) {
  return `${server.origin}${path}/${token}?${new URLSearchParams({ auth, token, ...extra })}`
}

async function post(url: string, body: Uint8Array) {
  const response = await fetch(url, { method: 'POST', body: Buffer.from(body) })
  return { status: response.status, body: (await response.json()) as Record<string, string> }
}

async function get(path: string, headers: Record<string, string> = {}) {
  const response = await fetch(server.origin + path, { headers })
  return { status: response.status, headers: response.headers, bytes: new Uint8Array(await response.arrayBuffer()) }
}

describe('the media host', () => {
  after(() => server.close())

  it('takes every kind and hands it back, whole and in ranges', async () => {
    const sealedKinds = Object.keys(mediaKinds).filter((kind) => mediaKinds[kind]?.label)
    assert.ok(sealedKinds.includes('md-msg-hist') && sealedKinds.includes('thumbnail-video'))
    for (const kind of sealedKinds) {
      const plain = randomBytes(1000)
      const sealed = sealMedia(kind, plain)
      const { status, body } = await post(address(`/mms/${kind}`, tokenOf(sealed.bytes)), sealed.bytes)
      assert.equal(status, 200)
      assert.ok(body['direct_path']!.includes('?'))
      assert.equal(body['url'], `https://${world.mediaHost}${body['direct_path']}`)
      const whole = await get(body['direct_path']!)
      assert.deepEqual(openMedia(kind, whole.bytes, sealed), new Uint8Array(plain))
      const part = await get(body['direct_path']!, { range: 'bytes=16-31' })
      assert.deepEqual([part.status, part.headers.get('content-range')], [206, `bytes 16-31/${sealed.bytes.length}`])
      assert.deepEqual(part.bytes, sealed.bytes.slice(16, 32))
      assert.deepEqual((await get(body['direct_path']!, { range: 'bytes=-5' })).bytes, sealed.bytes.slice(-5))
      assert.equal((await get(body['direct_path']!, { range: 'bytes=99999-' })).status, 416)
      const named = `${body['direct_path']}&hash=${tokenOf(sealed.bytes)}&mms-type=x&__wa-mms=`
      assert.equal((await get(named)).status, 200)
      assert.equal((await get(`${body['direct_path']}&hash=${tokenOf(plain)}`)).status, 404)
    }
  })

  it('answers newsletter uploads with a handle', async () => {
    for (const kind of Object.keys(mediaKinds).filter((name) => name.startsWith('newsletter-'))) {
      const plain = randomBytes(40)
      const { status, body } = await post(address(`/newsletter/${kind}`, tokenOf(plain)), plain)
      assert.equal(status, 200)
      assert.ok(body['handle'])
      assert.deepEqual((await get(body['direct_path']!)).bytes, new Uint8Array(plain))
    }
  })

  it('refuses what has another hash, another token, no auth, an ended auth, no kind or too many bytes', async () => {
    const plain = randomBytes(64)
    const token = tokenOf(plain)
    const statuses = async (url: string, body: Uint8Array = plain) => (await post(url, body)).status
    assert.equal(await statuses(address('/mms/image', token), randomBytes(64)), 400)
    assert.equal(await statuses(address('/mms/image', token, { token: tokenOf(randomBytes(3)) })), 400)
    assert.equal(await statuses(address('/mms/image', 'short')), 400)
    assert.equal(await statuses(address('/mms/image', '%zz')), 400)
    assert.equal(await statuses(address('/mms/image', token, {}, '')), 401)
    assert.equal(await statuses(address('/mms/image', token, {}, `${issueUploadAuth(world, ana)}x`)), 401)
    assert.equal(await statuses(address('/mms/nonsense', token)), 404)
    assert.equal(await statuses(address('/newsletter/image', token)), 404)
    const big = randomBytes(1024 * 1024 + 1)
    assert.equal(await statuses(address('/mms/sticker', tokenOf(big)), big), 413)
    const old = issueUploadAuth(world, ana)
    clock.advance(7 * 60 * 60 * 1000)
    assert.equal(await statuses(address('/mms/image', token, {}, old)), 401)
  })

  it('continues with an upload that broke off', async () => {
    const plain = randomBytes(300_000)
    const token = tokenOf(plain)
    const url = new URL(address('/mms/document', token))
    const socket = connect(server.port, '127.0.0.1')
    await once(socket, 'connect')
    socket.write(`POST ${url.pathname}${url.search} HTTP/1.1\r\nhost: x\r\ncontent-length: ${plain.length}\r\n\r\n`)
    socket.write(plain.subarray(0, 100_000))
    socket.end()
    await world.log.until((event) => event.type === 'media.refused' && /broke off/.test(String(event.data['message'])))
    const where = await post(address('/mms/document', token, { resume: '1' }), new Uint8Array(0))
    const offset = Number(where.body['resume'])
    assert.ok(offset > 0 && offset <= 100_000)
    const beyond = await post(address('/mms/document', token, { file_offset: '200000' }), plain.subarray(200_000))
    assert.equal(beyond.status, 416)
    assert.equal(typeof where.body['resume'], 'string')
    const rest = await post(address('/mms/document', token, { file_offset: String(offset) }), plain.subarray(offset))
    assert.equal(rest.status, 200)
    const done = await post(address('/mms/document', token, { resume: '1' }), new Uint8Array(0))
    assert.equal(done.body['resume'], 'complete')
    assert.deepEqual((await get(done.body['direct_path']!)).bytes, new Uint8Array(plain))
  })

  it('ends links by the clock, by command, and when they were tampered with', async () => {
    const plain = randomBytes(32)
    const { path } = world.media.put('image', plain, ana.account.lid)
    assert.equal((await get(path)).status, 200)
    assert.equal((await get(path.replace(/oe=\w+/, 'oe=ffffffff'))).status, 403)
    assert.equal((await get('/v/image/00.enc?oh=0&oe=0')).status, 403)
    clock.advance(31 * 24 * 60 * 60 * 1000)
    assert.equal((await get(path)).status, 410)
    const again = world.media.put('image', plain, ana.account.lid)
    assert.equal((await get(again.path)).status, 200)
    world.media.expire(again.hash, 404)
    assert.equal((await get(again.path)).status, 404)
    assert.ok(world.media.file(again.hash))
  })

  it('removes files for their owner alone', async () => {
    const plain = randomBytes(32)
    const { path, hash } = world.media.put('md-msg-hist', plain, ana.account.lid)
    const remove = async (auth: string) =>
      (await fetch(address('/mms/md-msg-hist', hash, {}, auth), { method: 'DELETE' })).status
    assert.equal(await remove(issueUploadAuth(world, bob)), 403)
    assert.equal(await remove(issueUploadAuth(world, ana)), 200)
    assert.equal(await remove(issueUploadAuth(world, ana)), 404)
    assert.equal((await get(path)).status, 410)
  })

  it('drops the oldest files when it is full', () => {
    const small = new World({ seed: 6, clock }).media
    small.maxTotalBytes = 100
    const [first, second] = [small.put('image', randomBytes(60), 'a'), small.put('image', randomBytes(60), 'a')]
    assert.deepEqual([small.find(first.path).status, small.find(second.path).status], [410, 200])
    assert.equal(small.totalBytes, 60)
  })
})
