import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { z } from 'zod'
import { defineOperation } from '../kit/define-operation.ts'
import { startTestGateway, type TestGateway } from '../testing/start-test-gateway.ts'

let ran: number[] = []
let underWay = 0
let mostUnderWay = 0

const moreOperations = [
  {
    id: 'test.numbered',
    operation: defineOperation({
      method: 'POST',
      path: '/numbered/{number}',
      auth: 'none',
      summary: 'For a test',
      always: true,
      params: z.object({ number: z.string() }),
      body: z.object({ text: z.string().optional() }),
      response: z.object({ number: z.string(), length: z.int() }),
      run: async (_context, { params: { number }, body: { text = '' } }) => {
        mostUnderWay = Math.max(mostUnderWay, ++underWay)
        ran.push(Number(number))
        // The first takes longest.
        for (let turn = Number(number); turn < 10; turn++) await new Promise(setImmediate)
        underWay--
        return { number, length: text.length }
      },
    }),
  },
]

describe('a connection', () => {
  let gateway: TestGateway
  before(async () => {
    gateway = await startTestGateway({ moreOperations })
  })
  after(() => gateway.stop())

  const open = (): Socket => {
    const { hostname, port } = new URL(gateway.api.url)
    return connect(Number(port), hostname)
      .setEncoding('utf8')
      .on('error', () => {})
  }
  /** What comes back until the connection ends. */
  const all = async (socket: Socket): Promise<string> => {
    let text = ''
    try {
      for await (const chunk of socket) text += chunk
    } catch {
      // It was reset.
    }
    return text
  }
  const request = (number: number, ...more: string[]): string =>
    [`POST /numbered/${number} HTTP/1.1`, 'Host: x', ...more, '', ''].join('\r\n')

  it('that sends requests ahead gets all of them answered, one after the other and in order', async () => {
    ran = []
    mostUnderWay = 0
    const body = JSON.stringify({ text: 'x'.repeat(2000) })
    const typed = ['Content-Type: application/json', `Content-Length: ${body.length}`]
    const socket = open()
    for (let number = 0; number < 10; number++) socket.write(`${request(number, ...typed)}${body}`)
    socket.write(request(10, 'Connection: close'))
    const answers = [...(await all(socket)).matchAll(/"number":"(\d+)","length":(\d+)/g)]
    const numbers = Array.from({ length: 11 }, (_, number) => number)
    assert.deepEqual(
      answers.map(([, number, length]) => [Number(number), Number(length)]),
      numbers.map((number) => [number, number < 10 ? 2000 : 0]),
    )
    assert.deepEqual(ran, numbers)
    assert.equal(mostUnderWay, 1)
  })

  it('that sends thousands ahead is cut off, and runs few of them', async () => {
    ran = []
    const socket = open()
    socket.write(Array.from({ length: 20_000 }, (_, number) => request(number)).join(''))
    await all(socket)
    assert.ok(ran.length < 200, `${ran.length} ran`)
    assert.equal((await fetch(`${gateway.api.url}/healthz`)).status, 200)
  })

  it('may send a body in thousands of chunks of one byte, and not in any number', async () => {
    const chunked = ['Content-Type: application/json', 'Transfer-Encoding: chunked', 'Connection: close']
    const send = (text: string) => {
      const socket = open()
      socket.write(request(20, ...chunked))
      socket.write(`${[...text].map((letter) => `1\r\n${letter}\r\n`).join('')}0\r\n\r\n`)
      return all(socket)
    }
    assert.match(await send(JSON.stringify({ text: 'x'.repeat(3_000) })), /"length":3000/)
    assert.doesNotMatch(await send(JSON.stringify({ text: 'x'.repeat(15_000) })), /"length"/)
    assert.equal((await fetch(`${gateway.api.url}/healthz`)).status, 200)
  })

  it('may send a body in any number of chunks that hold something', async () => {
    const text = Array.from({ length: 12 }, () => `${'80\r\n'}${'x'.repeat(128)}\r\n`).join('')
    const socket = open()
    socket.write(request(21, 'Content-Type: text/plain', 'Transfer-Encoding: chunked', 'Connection: close'))
    for (let n = 0; n < 1_000; n++) socket.write(text)
    socket.write('0\r\n\r\n')
    assert.match(await all(socket), /^HTTP\/1\.1 413 /)
  })
})
