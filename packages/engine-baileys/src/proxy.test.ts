import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo, LookupFunction } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { EngineError } from '@switchboard/engine'
import { linked, newHost, open, reopen, sendText } from '@switchboard/engine/contract'
import { noFetch } from './link/library/no-fetch.ts'
import { type SandboxHarness, sandboxHarness } from './testing/sandbox-harness.ts'
import { TestProxy } from './testing/test-proxy.ts'

describe('what the protocol library has to fetch with', () => {
  it('reaches nobody', async () => {
    let asked = 0
    const server = createServer((_request, response) => {
      asked++
      response.end()
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    await assert.rejects(fetch(`http://127.0.0.1:${port}`, { dispatcher: noFetch } as unknown as RequestInit))
    assert.equal(asked, 0)
    server.close()
  })
})

describe('a session behind a proxy', () => {
  let harness: SandboxHarness
  before(async () => {
    harness = await sandboxHarness()
  })
  after(async () => {
    await harness.engine.close()
    await harness.close()
  })

  for (const kind of ['http', 'socks5'] as const) {
    it(`goes through a proxy of kind ${kind}`, async () => {
      const proxy = await TestProxy.start(kind)
      const device = await linked(harness, 'Prox', { proxyUrl: `${kind}://127.0.0.1:${proxy.port}` })
      const bob = await harness.phone('Bob')
      await sendText(harness, device, bob.jid, 'through the tunnel')
      await bob.shows('through the tunnel')
      assert.ok(proxy.tunnels >= 2)
      await device.session.close()
      await proxy.close()
    })
  }

  for (const kind of ['http', 'socks5'] as const) {
    it(`sends nothing past a proxy of kind ${kind} that asks for a password: neither its stream nor what it fetches`, async () => {
      const proxy = await TestProxy.start(kind, 'shop:geh:eim')
      const [{ port }, media] = [new URL(harness.endpoints.socketUrl), new URL(harness.endpoints.mediaOrigin ?? '')]
      const endpoints = {
        ...harness.endpoints,
        socketUrl: `ws://stream.invalid:${port}/ws/chat`,
        mediaOrigin: `http://media.invalid:${media.port}`,
      }
      const wrong = newHost()
      await open(harness, wrong, { endpoints, proxyUrl: `${kind}://shop:wrong@127.0.0.1:${proxy.port}` })
      const end = await wrong.untilFinal()
      assert.equal(end.reason, 'proxy_failed')
      assert.match(end.detail ?? '', kind === 'http' ? /proxy.*HTTP 407.*credentials/ : /proxy.*Authentication failed/)
      assert.deepEqual([proxy.tunnels, proxy.refused > 0], [0, true])
      const phone = await harness.sandbox.phone({ name: 'Prim' })
      // Too much for a message: it is fetched from the media host.
      phone.history.seed({ chats: 300, messages: 20, seed: 7 })
      const options = { endpoints, proxyUrl: `${kind}://shop:geh%3Aeim@127.0.0.1:${proxy.port}` }
      const host = newHost()
      await open(harness, host, options)
      await phone.scan((await host.until(({ qrs }) => qrs[0], 'QR code')).text)
      await host.untilState('closed')
      const session = await reopen(harness, host, options)
      await host.until(() => proxy.hosts.has('media.invalid') || undefined, 'download')
      await host.until(
        ({ items }) => items.filter(({ kind: name }) => name === 'history').length > 2 || undefined,
        'past',
      )
      assert.deepEqual(proxy.hosts, new Set(['stream.invalid', 'media.invalid']))
      proxy.hosts.clear()
      await session.use('uploads').upload({ path: import.meta.filename, kind: 'document' })
      assert.deepEqual(proxy.hosts, new Set(['media.invalid']))
      await session.close()
      await proxy.close()
    })

    it(`fetches files of messages through a proxy of kind ${kind} alone`, async () => {
      const proxy = await TestProxy.start(kind)
      const media = new URL(harness.endpoints.mediaOrigin ?? '')
      // A name that only the proxy resolves.
      const endpoints = { ...harness.endpoints, mediaOrigin: `http://media.invalid:${media.port}` }
      const options = { endpoints, proxyUrl: `${kind}://127.0.0.1:${proxy.port}` }
      const device = await linked(harness, 'Pia', options)
      const bob = await harness.phone('Bob')
      const data = Buffer.from('through the tunnel')
      const { id } = await bob.media.send(device.phone.jid, 'document', data)
      const { message } = await device.host.untilItem('message', (item) => item.id === id)
      const parts: Uint8Array[] = []
      const { file } = harness.engine.files(message)
      for await (const part of await device.session.use('downloads').fetch(file!)) parts.push(part)
      assert.ok(Buffer.concat(parts).equals(data))
      assert.ok(proxy.hosts.has('media.invalid'))
      await device.session.close()
      await proxy.close()
      await assert.rejects(device.session.use('downloads').fetch(file!), { code: 'not_connected' })
    })
  }

  it('fails to connect when the proxy refuses, without ever going directly or naming its password', async () => {
    const seen = harness.sandbox.world.log.cursor
    for (const kind of ['http', 'https', 'socks5']) {
      const host = newHost()
      await open(harness, host, { proxyUrl: `${kind}://user:geheim@127.0.0.1:9` })
      const end = await host.untilFinal()
      assert.deepEqual([end.name, end.reason], ['closed', 'proxy_failed'])
      assert.match(end.detail ?? '', /proxy.*ECONNREFUSED/)
      assert.equal(JSON.stringify(end).includes('geheim'), false)
    }
    assert.deepEqual(harness.sandbox.world.log.since(seen), [])
  })

  it('resolves the name of the proxy as it is told, and goes nowhere when that refuses', async () => {
    for (const kind of ['http', 'socks5'] as const) {
      const proxy = await TestProxy.start(kind)
      const asked: string[] = []
      const proxyLookup: LookupFunction = (name, { all }, callback) => {
        asked.push(name)
        if (name === 'inside.test') return callback(new Error('leads inside'), [])
        if (all) return callback(null, [{ address: '127.0.0.1', family: 4 }])
        callback(null, '127.0.0.1', 4)
      }
      const proxyUrl = `${kind}://outside.test:${proxy.port}`
      const device = await linked(harness, 'Named', { proxyUrl, proxyLookup })
      assert.ok(proxy.tunnels > 0)
      await device.session.close()
      const [host, tunnels] = [newHost(), proxy.tunnels]
      await open(harness, host, { proxyUrl: `${kind}://inside.test:${proxy.port}`, proxyLookup })
      assert.equal((await host.untilFinal()).reason, 'proxy_failed')
      assert.equal(proxy.tunnels, tunnels)
      assert.deepEqual(new Set(asked), new Set(['outside.test', 'inside.test']))
      await proxy.close()
    }
  })

  it('does not blame the proxy for what lies behind it', async () => {
    const proxy = await TestProxy.start('http')
    const noStream = createServer((_request, response) => response.writeHead(404).end()).listen(0, '127.0.0.1')
    await once(noStream, 'listening')
    const { port } = noStream.address() as AddressInfo
    const host = newHost()
    const endpoints = { ...harness.endpoints, socketUrl: `ws://127.0.0.1:${port}/` }
    await open(harness, host, { endpoints, proxyUrl: `http://127.0.0.1:${proxy.port}` })
    assert.equal((await host.untilFinal()).reason, 'connect_failed')
    assert.equal(proxy.tunnels, 1)
    await proxy.close()
    noStream.close()
  })

  it('refuses an address that is no proxy', async () => {
    for (const proxyUrl of ['ftp://127.0.0.1', 'nonsense', '']) {
      await assert.rejects(open(harness, newHost(), { proxyUrl }), (error) => {
        return error instanceof EngineError && error.code === 'invalid_argument'
      })
    }
  })
})
