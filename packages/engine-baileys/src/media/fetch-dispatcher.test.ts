import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { fetchDispatcher } from './fetch-dispatcher.ts'

describe('fetchDispatcher', () => {
  const server = createServer((request, response) => response.end(`${request.url} ${request.headers['origin']}`))
  let origin = ''
  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  after(() => server.close())

  const endpoints = () => ({ socketUrl: '', noiseRoot: new Uint8Array(), mediaOrigin: origin })
  const get = (url: string, dispatcher: unknown) =>
    fetch(url, { headers: { origin: 'https://web.whatsapp.com' }, dispatcher } as unknown as RequestInit)

  it('takes a fetch to the prescribed media host with path and query as they were', async () => {
    const response = await get('https://mmg.whatsapp.net/v/blob?ccb=11&oh=x', fetchDispatcher(endpoints(), {}))
    assert.equal(await response.text(), '/v/blob?ccb=11&oh=x https://web.whatsapp.com')
  })

  it('never goes directly when the proxy does not answer', async () => {
    const through = fetchDispatcher(endpoints(), { proxyUrl: 'http://127.0.0.1:9' })
    await assert.rejects(get(`${origin}/secret`, through), TypeError)
  })
})
