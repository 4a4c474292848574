import assert from 'node:assert/strict'
import { createServer, request, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { attempt } from './attempt.ts'
import { Deadlines } from './deadlines.ts'
import { createOutbound, type Outbound, type OutboundOptions } from './outbound.ts'
import { isPublicAddress } from './public-address.ts'
import { openReceiver, type Receiver } from './testing.ts'
import { checkWebhookUrl } from './webhook-url.ts'

const options: OutboundOptions = { allowPrivateNetworks: false, connectionsPerOrigin: 2, connectTimeoutMs: 30_000 }

const post = (outbound: Outbound, url: string) => {
  const { origin, pathname: path } = new URL(url)
  return attempt(outbound, new Deadlines(30_000), {
    origin,
    path,
    body: Buffer.from('{}'),
    headers: {},
    now: Date.now(),
  })
}

describe('isPublicAddress', () => {
  it('knows what nobody outside can be reached at', () => {
    const closed = [
      '0.0.0.0 10.0.0.1 100.64.0.1 127.0.0.1 127.255.0.1 169.254.169.254 172.16.0.1 192.0.0.1 192.0.2.1 192.168.1.1 198.18.0.1',
      '198.51.100.1 203.0.113.1 224.0.0.1 240.0.0.1 255.255.255.255 :: ::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::7f00:1 fc00::1 fd00::1',
      'fe80::1 fec0::1 ff02::1 64:ff9b::7f00:1 64:ff9b:1::1 100::1 2001::1 2001:2::1 2001:db8::1 2002:7f00:1:: 3fff::1 5f00::1 nonsense',
    ]
    for (const address of closed.join(' ').split(' ')) assert.ok(!isPublicAddress(address), address)
    for (const address of ['8.8.8.8', '1.1.1.1', '2606:4700::1111', '2a00:1450:4001::1', '::ffff:8.8.8.8']) {
      assert.ok(isPublicAddress(address), address)
    }
  })
})

describe('checkWebhookUrl', () => {
  const refused = (url: string, allow = false) =>
    assert.throws(() => checkWebhookUrl(url, allow), { code: 'invalid_webhook_url' }, url)

  it('refuses what is not https, not public, or holds credentials', () => {
    for (const url of ['nonsense', 'ftp://example.com/', 'http://example.com/', 'https://user:pass@example.com/'])
      refused(url)
    for (const host of [
      'localhost',
      'LOCALHOST.',
      'a.localhost',
      'db.internal',
      '127.0.0.1',
      '2130706433',
      '0x7f.1',
      '0',
    ]) {
      refused(`https://${host}/`)
    }
    for (const host of ['[::1]', '[::ffff:127.0.0.1]', '[fd00::1]', '192.168.0.1', '0177.0.0.1'])
      refused(`https://${host}/`)
    refused(`https://example.com/${'x'.repeat(2048)}`)
  })

  it('takes a public https URL, and with the switch also http and loopback', () => {
    assert.equal(checkWebhookUrl('https://Example.com/hook?a=1#part', false), 'https://example.com/hook?a=1')
    assert.equal(checkWebhookUrl('http://127.0.0.1:8080/', true), 'http://127.0.0.1:8080/')
    refused('ftp://127.0.0.1/', true)
    refused('http://user@127.0.0.1/', true)
  })
})

describe('createOutbound', () => {
  let receiver: Receiver
  let port: string
  before(async () => {
    receiver = await openReceiver()
    port = new URL(receiver.url).port
  })
  after(() => receiver.close())

  it('reaches no private address, however it is written, nor by a name that points to one', async () => {
    const outbound = createOutbound(options)
    const hosts = [
      '127.0.0.1',
      '127.1',
      '2130706433',
      '0x7f000001',
      '0177.0.0.1',
      '0',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '[::]',
    ]
    for (const host of [...hosts, 'localhost']) {
      const result = await post(outbound, `http://${host}:${port}/`)
      assert.deepEqual([result.status, result.error], [undefined, 'the host is not a public address'], host)
    }
    assert.equal(receiver.received.length, 0)
    await outbound.close()
  })

  it('reaches them with the switch', async () => {
    const outbound = createOutbound({ ...options, allowPrivateNetworks: true })
    assert.equal((await post(outbound, `http://localhost:${port}/`)).status, 204)
    await outbound.close()
  })

  it('names a refused connection and an unknown name', async () => {
    const outbound = createOutbound({ ...options, allowPrivateNetworks: true })
    assert.equal((await post(outbound, 'http://127.0.0.1:9/')).error, 'connection refused')
    // Too long for a label: no name server is asked, which may be far or silent where the tests run.
    assert.match((await post(outbound, `http://${'x'.repeat(64)}.invalid/`)).error ?? '', /^the host name/)
    await outbound.close()
  })

  it('goes through the proxy that is set, and judges the host before', async (test) => {
    const asked: string[] = []
    const proxy = await openProxy(asked)
    test.after(() => {
      proxy.closeAllConnections()
      proxy.close()
    })
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
    const through = { http: url, https: url, except: undefined }
    const open = createOutbound({ ...options, allowPrivateNetworks: true, proxy: through })
    const before = receiver.received.length
    assert.equal((await post(open, `http://127.0.0.1:${port}/`)).status, 204)
    assert.deepEqual([receiver.received.length - before, asked.length], [1, 1])
    const guarded = createOutbound({ ...options, proxy: through })
    assert.equal((await post(guarded, `https://127.0.0.1:${port}/`)).error, 'the host is not a public address')
    assert.equal(asked.length, 1)
    await Promise.all([open.close(), guarded.close()])
  })
})

/** A forwarding proxy: passes plain requests on and tunnels by CONNECT. */
async function openProxy(asked: string[]): Promise<Server> {
  const proxy = createServer((incoming, answer) => {
    asked.push(incoming.url ?? '')
    const onward = request(
      incoming.url ?? '',
      { method: incoming.method ?? 'GET', headers: incoming.headers },
      (response) => {
        answer.writeHead(response.statusCode ?? 502)
        response.pipe(answer)
      },
    )
    incoming.pipe(onward)
  })
  proxy.on('connect', (request, socket, head) => {
    asked.push(request.url ?? '')
    const [host, port] = (request.url ?? '').split(':')
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      onward.write(head)
      onward.pipe(socket).pipe(onward)
    })
    onward.on('error', () => socket.destroy())
    socket.on('error', () => onward.destroy())
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  return proxy
}
