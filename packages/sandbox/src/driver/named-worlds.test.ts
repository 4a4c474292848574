import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { Sandbox } from '../start-sandbox.ts'
import { issueUploadAuth } from '../world/media/upload-auth.ts'
import { StockClient } from './testing/stock-client.ts'

// The library announces closed sessions on the console.
console.info = () => {}

const first = await Sandbox.start({ seed: 1, control: true })
const clients: StockClient[] = []
const worlds = [first]

async function call(path: string, body?: object): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${first.origin}${path}`, body ? { method: 'POST', body: JSON.stringify(body) } : {})
  return { status: response.status, body: await response.json() }
}

describe('worlds by name', () => {
  after(async () => {
    for (const client of clients) await client.close()
    for (const world of worlds) await world.stop()
  })

  it('share a port and nothing else: clients of both talk, each with its own people', async () => {
    const blue = first.worlds.create('blue', { seed: 2 })
    assert.equal(blue.socketUrl, first.socketUrl.replace('/ws/chat', '/worlds/blue/ws/chat'))
    assert.notEqual(blue.rootKeyHex, first.rootKeyHex)
    for (const world of [first, blue]) {
      const phone = await world.phone({ name: 'Ana', phone: '15550001111' })
      const bob = await world.phone({ name: 'Bob', phone: '15550002222' })
      const client = new StockClient(world)
      clients.push(client)
      await client.link(phone)
      await client.sendText(bob.jid, `hello from ${world.name || 'the root'}`)
      await bob.until.message((message) => message.text === `hello from ${world.name || 'the root'}`)
      assert.equal(bob.messages().length, 1)
    }
  })

  it('are commanded under their path', async () => {
    const { status, body } = await call('/worlds/blue/phones', { name: 'Carl' })
    assert.equal(status, 200)
    const { id } = body as { id: string }
    assert.ok(first.worlds.get('blue')?.findPhone(id))
    assert.equal((await call(`/phones/${id}`)).status, 404)
    assert.equal((await call('/worlds/nowhere/phones')).status, 404)
  })

  it('keep their files apart, although clients ask one host for all', async () => {
    const blue = first.worlds.get('blue')!
    const phone = await blue.phone({ name: 'Dora' })
    const bytes = Buffer.from('sealed bytes of some picture')
    const hash = createHash('sha256').update(bytes).digest('base64url')
    const auth = encodeURIComponent(issueUploadAuth(blue.world, phone.device))
    const upload = await fetch(`${first.origin}/mms/image/${hash}?auth=${auth}&token=${hash}`, {
      method: 'POST',
      body: bytes,
    })
    assert.equal(upload.status, 200)
    const { direct_path: path } = (await upload.json()) as { direct_path: string }
    const download = await fetch(`${first.origin}${path}`)
    assert.deepEqual(Buffer.from(await download.arrayBuffer()), bytes)
    assert.equal(first.world.media.file(hash), undefined)
    assert.ok(blue.world.media.file(hash))
  })

  it('end by themselves, and refuse names that are taken or no part of a URL', async () => {
    assert.throws(() => first.worlds.create('blue'), /already/)
    assert.throws(() => first.worlds.create('../up'), /no name for a world/)
    assert.throws(
      () => first.worlds.get('blue')!.worlds.create('inner'),
      /only the world at the root makes more worlds/,
    )
    assert.equal(await first.worlds.remove('blue'), true)
    assert.equal(await first.worlds.remove('blue'), false)
    assert.equal((await call('/worlds/blue/phones')).status, 404)
    assert.equal((await call('/phones')).status, 200)
  })

  it('come back with a directory', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'sandbox-'))
    const before = await Sandbox.start({ dataDir })
    worlds.push(before)
    const phone = await before.worlds.create('red').phone({ name: 'Ana' })
    await before.stop()
    const again = await Sandbox.start({ dataDir })
    worlds.push(again)
    assert.equal(again.worlds.get('red')?.findPhone(phone.id)?.account.pushName, 'Ana')
    await again.worlds.remove('red')
    await again.stop()
    rmSync(dataDir, { recursive: true })
  })
})
