import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

interface Page {
  messages: { message_id: string; text: string }[]
  next_cursor?: string
}

describe('messaging.list', () => {
  let gateway: TestGateway
  let device: TestDevice & { phone: Phone }
  let bob: Phone
  let ids: string[]
  const list = (query: string) => device.api.call<Page>('GET', `/chats/${bob.id}/messages?${query}`)

  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
    device = await gateway.linkDevice()
    bob = await gateway.phone('Bob')
    ids = []
    for (let n = 0; n < 60; n++) {
      const text = n < 30 ? 'x'.repeat(60_000) : `short ${n}`
      ids.push((await bob.send(device.phone.id, { text })).id)
    }
    await until('all are stored', async () => {
      return (await device.api.call('GET', `/messages/${ids.at(-1)}`)).status === 200
    })
  })
  after(() => gateway.stop())

  /** Goes from page to page; what comes in one has so many characters at most. */
  const walk = async (query: string): Promise<{ pages: string[][]; largest: number }> => {
    const pages: string[][] = []
    let largest = 0
    for (let cursor = ''; pages.length < 20; ) {
      const { text, body } = await list(`${query}${cursor && `&cursor=${cursor}`}`)
      largest = Math.max(largest, text.length)
      pages.push(body.data.messages.map(({ message_id }) => message_id))
      if (body.data.next_cursor === undefined) return { pages, largest }
      cursor = body.data.next_cursor
    }
    throw new Error('the list has no end')
  }

  it('gives a chat page by page, newest first', async () => {
    const { pages } = await walk('limit=25')
    assert.deepEqual(pages[0], ids.toReversed().slice(0, 25))
    assert.deepEqual(pages.flat(), ids.toReversed())
  })

  it('ends a page before it is too large', async () => {
    const { pages, largest } = await walk('limit=500')
    assert.ok(largest < 1.5 * 1024 * 1024, `a page has ${largest} characters`)
    assert.ok(pages.length > 1)
    assert.deepEqual(pages.flat(), ids.toReversed())
  })

  it('continues in either direction, and not beyond where it was told to end', async () => {
    const up = await walk(`limit=25&after=${ids[9]}`)
    assert.deepEqual(
      up.pages.flatMap((page) => page.toReversed()),
      ids.slice(10),
    )
    const between = await walk(`limit=7&after=${ids[9]}&before=${ids[40]}`)
    assert.deepEqual(between.pages.flat(), ids.slice(10, 40).toReversed())
  })

  it('refuses what is not a cursor of it', async () => {
    for (const cursor of ['x', 'eyJhIjoxfQ', Buffer.from('["older","x",1,"a"]').toString('base64url')]) {
      await device.api.refuses('invalid_request', 'GET', `/chats/${bob.id}/messages?cursor=${cursor}`)
    }
  })
})
