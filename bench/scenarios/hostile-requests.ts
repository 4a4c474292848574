import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { report } from '../steps/report.ts'
import { watchedGateway } from '../steps/watched-gateway.ts'

const mebibyte = 2 ** 20
const repeats = 3
const silentReaders = 60

interface Attack {
  readonly what: string
  /** Bytes for a socket of their own, instead of a request. */
  readonly raw?: string
  readonly path: string
  readonly method?: string
  readonly body?: string | Uint8Array<ArrayBuffer>
  readonly headers?: Readonly<Record<string, string>>
}

const json = { 'content-type': 'application/json' }
const form = { 'content-type': 'application/x-www-form-urlencoded' }
const multipart = { 'content-type': 'multipart/form-data; boundary=bound' }
const part = '--bound\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n'
const keys = (count: number) => `{${Array.from({ length: count }, (_, n) => `"k${n}":0`).join(',')}}`
const filled = (text: string) => text.repeat(Math.floor((0.99 * mebibyte) / text.length))

const inChunks = (path: string, count: number) =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${'1\r\n \r\n'.repeat(count)}0\r\n\r\n`

/** What once stopped the gateway for everybody, and what else is large for its kind. */
const attacks = (known: Record<string, string>): Attack[] => {
  const texts = { method: 'POST', path: '/chats/4917012345678/messages', headers: { ...json, ...known } }
  const zipped = { ...texts.headers, 'content-encoding': 'gzip' }
  return [
    { what: 'nothing out of the ordinary', path: '/healthz' },
    {
      what: '40,000 form fields, by nobody',
      method: 'POST',
      path: '/devices/token',
      body: 'a=&'.repeat(40_000),
      headers: form,
    },
    {
      what: '5,000 form fields, by nobody',
      method: 'POST',
      path: '/devices/token',
      body: 'a=&'.repeat(5_000),
      headers: form,
    },
    {
      what: '8 MiB to a route that is not there',
      method: 'POST',
      path: '/nowhere',
      body: keys(500_000),
      headers: json,
    },
    {
      what: '20,000 form fields',
      method: 'POST',
      path: '/devices/me/login',
      body: 'a=&'.repeat(20_000),
      headers: { ...form, ...known },
    },
    {
      what: '1,000 parts',
      method: 'POST',
      path: '/devices/me/login',
      body: `${part.repeat(1_000)}--bound--`,
      headers: { ...multipart, ...known },
    },
    { ...texts, what: '600,000 unknown JSON keys', body: keys(600_000) },
    { ...texts, what: '90,000 unknown JSON keys', body: keys(90_000) },
    { ...texts, what: '9,000 unknown JSON keys', body: keys(9_000) },
    { ...texts, what: '1,000,000 levels of JSON', body: filled('[') },
    { ...texts, what: '1 MiB of one text', body: `{"text":"${filled('x')}"}` },
    { ...texts, what: '1 MiB of escapes', body: `{"text":"${filled('\\"')}"}` },
    { ...texts, what: '1 MiB of escaped letters', body: `{"text":"${filled('\\u0041')}"}` },
    { ...texts, what: '1 MiB of blanks', body: `{"text":"${filled(' ')}"}` },
    { ...texts, what: '1 MiB of digits', body: `{"text":${filled('1')}}` },
    { ...texts, what: '500,000 JSON keys, compressed', body: new Uint8Array(gzipSync(keys(500_000))), headers: zipped },
    {
      ...texts,
      what: '100 MiB in 100 kB',
      body: new Uint8Array(gzipSync(Buffer.alloc(100 * mebibyte, 32))),
      headers: zipped,
    },
    { what: 'a query of 5,000 fields', path: `/events?${'q=1&'.repeat(3_800)}`, headers: known },
    { what: 'the API page', path: '/docs/' },
    { what: 'the API as YAML', path: '/docs/swagger.yaml' },
    { what: 'a full page of events', path: '/events?limit=1000', headers: known },
    { what: '20,000 requests sent ahead', path: '/', raw: 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(20_000) },
    { what: '100,000 chunks of one byte, by nobody', path: '/', raw: inChunks('/webhooks', 100_000) },
    { what: '15,000 chunks of one byte, by nobody', path: '/', raw: inChunks('/devices/token', 15_000) },
  ]
}

/** The longest time for which each hostile request kept the gateway from everything else, and what readers who never read cost. */
export async function hostileRequests(): Promise<void> {
  const seeded = await watchedGateway(1)
  try {
    await seeded.gateway.start()
    await seeded.allConnected(60_000)
    const { api, account } = seeded.devices[0]!
    const known = { authorization: `Bearer ${api.token}` }
    const friend = await seeded.sandbox.phone({ name: 'Friend' })
    for (let n = 0; n < 40; n++) await friend.send(account.jid, { text: 'x'.repeat(60_000) })
    const standstill = await seeded.watch()
    for (const attack of attacks(known)) {
      await standstill.reset()
      for (let n = 0; n < repeats; n++) await send(seeded.gateway.url, attack)
      await wait(100)
      report(`${attack.what}: longest standstill`, await standstill.longestMs(), 'ms', { most: 50 })
    }
    standstill.close()
    await leaveUnread(seeded.gateway.url, known, () => seeded.gateway.usage().rssBytes)
  } finally {
    await seeded.stop()
  }
}

async function send(url: string, { path, raw, method = 'GET', body, headers = {} }: Attack): Promise<void> {
  if (raw !== undefined) return sendRaw(url, raw)
  // Who is refused while it still sends may find the connection closed.
  const answer = await fetch(`${url}${path}`, { method, headers, ...(body === undefined ? {} : { body }) }).catch(
    () => {},
  )
  await answer?.arrayBuffer()
}

/** Sends bytes, and takes what comes back until the connection ends or nothing comes any more. */
async function sendRaw(url: string, bytes: string): Promise<void> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname).on('error', () => {})
  socket.on('timeout', () => socket.destroy()).setTimeout(1000)
  socket.resume().write(bytes)
  await new Promise((resolve) => socket.once('close', resolve))
}

/** Sockets that ask for pages, again and again, and never read. */
async function leaveUnread(url: string, headers: Record<string, string>, resident: () => number): Promise<void> {
  const before = resident()
  const lines = Object.entries({ host: 'localhost', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  const request = `GET /events?limit=1000 HTTP/1.1\r\n${lines.join('')}\r\n`
  const { hostname, port } = new URL(url)
  const sockets = Array.from({ length: silentReaders }, () => {
    const socket = connect(Number(port), hostname).on('error', () => {})
    socket.pause().write(request.repeat(20))
    return socket
  })
  let most = before
  for (let n = 0; n < 50; n++) {
    await wait(100)
    most = Math.max(most, resident())
  }
  report(`${silentReaders} clients that never read: resident beyond before`, (most - before) / mebibyte, 'MiB', {
    most: 200,
  })
  for (const socket of sockets) socket.destroy()
}
