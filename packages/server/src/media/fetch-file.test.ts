import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { AppError } from '../errors/app-error.ts'
import { createOutbound, type Outbound } from '../webhooks/outbound.ts'
import { fetchFile } from './fetch-file.ts'
import { Spool } from './spool.ts'

const tooLarge = () => new AppError('media_too_large')
const reasonOf = (error: unknown) => (error instanceof AppError ? [error.code, error.details?.['reason']] : error)

describe('a file that is fetched from an address', () => {
  let folder: string
  let spool: Spool
  let proxy: Server
  let guarded: Outbound
  const tunnels = new Set<Socket>()
  /** What the proxy was asked for. */
  const asked: string[] = []

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'fetch-file-'))
    spool = await Spool.open(folder)
    // A proxy that plays the internet: names under .example answer, and some of them lead into this network.
    const internet = createServer((request, response) => {
      const url = String(request.url)
      asked.push(url)
      if (url.endsWith('/into')) response.writeHead(302, { location: 'http://127.0.0.1:1/secret' }).end()
      else if (url.endsWith('/metadata')) response.writeHead(307, { location: 'http://169.254.169.254/latest' }).end()
      else if (url.endsWith('/short')) {
        response.writeHead(200, { 'content-length': 100 })
        response.write('only this')
        setImmediate(() => response.destroy())
      } else response.end('a file')
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => internet.once('listening', resolve))
    const { port } = internet.address() as AddressInfo
    internet.on('connect', (_request, client: Socket) => {
      const inner = connect(port, '127.0.0.1')
      for (const socket of [client, inner]) {
        tunnels.add(socket)
        socket.on('error', () => socket.destroy())
      }
      client.write('HTTP/1.1 200 OK\r\n\r\n')
      client.pipe(inner).pipe(client)
    })
    proxy = internet
    guarded = createOutbound({
      ...{ allowPrivateNetworks: false, connectionsPerOrigin: 4, connectTimeoutMs: 10_000 },
      proxy: { http: `http://127.0.0.1:${port}`, https: undefined, except: undefined },
    })
  })
  after(async () => {
    await guarded.close()
    for (const socket of tunnels) socket.destroy()
    proxy.closeAllConnections()
    proxy.close()
    await rm(folder, { recursive: true })
  })

  const fetched = (url: string, outbound = guarded) => fetchFile({ outbound, spool }, url, 1000, tooLarge)

  it('comes into the spool', async () => {
    const { file, url } = await fetched('http://files.example/a.txt')
    assert.deepEqual([await readFile(file.path, 'utf8'), url], ['a file', 'http://files.example/a.txt'])
    await file.remove()
  })

  it('does not come from this network, and nobody is asked there, also where a redirect leads', async () => {
    const direct = createOutbound({ allowPrivateNetworks: false, connectionsPerOrigin: 4, connectTimeoutMs: 10_000 })
    for (const url of [
      'http://127.0.0.1:1/secret',
      'http://[::1]/secret',
      'http://localhost/secret',
      'http://2130706433/secret',
    ]) {
      assert.deepEqual(reasonOf(await fetched(url, direct).catch((error) => error)), [
        'media_fetch_failed',
        'not_allowed',
      ])
    }
    await direct.close()
    for (const url of ['http://files.example/into', 'http://files.example/metadata']) {
      const before = asked.length
      assert.deepEqual(reasonOf(await fetched(url).catch((error) => error)), ['media_fetch_failed', 'not_allowed'])
      assert.deepEqual(asked.slice(before), [url])
    }
    const withLogin = await fetched('http://user:password@files.example/a').catch((error) => error)
    assert.deepEqual(reasonOf(withLogin), ['media_fetch_failed', 'not_allowed'])
  })

  it('is refused when it ends before the length that was told, and leaves nothing in the spool', async () => {
    const error = await fetched('http://files.example/short').catch((failure) => failure)
    assert.equal((error as AppError).code, 'media_fetch_failed')
    assert.deepEqual(await readdir(folder), [])
  })
})
