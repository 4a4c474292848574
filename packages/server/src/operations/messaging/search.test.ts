import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

interface Page {
  readonly messages: readonly { readonly message_id: string; readonly chat_jid: string }[]
  readonly next_cursor?: string
}

describe('messaging.search', () => {
  let gateway: TestGateway
  let device: TestDevice & { readonly phone: Phone }
  const search = (query: string) => device.api.get<Page>(`/search/messages?${query}`)
  const hear = async (from: Phone, text: string): Promise<string> => {
    const { id } = await from.send(device.phone.id, { text })
    await until('it is stored', async () => (await device.api.call('GET', `/messages/${id}`)).status === 200)
    return id
  }

  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
    device = await gateway.linkDevice()
  })
  after(() => gateway.stop())

  it('finds messages of all chats, page by page, and nothing of other devices', async () => {
    const said = new Map<string, string>()
    for (const name of ['Ana', 'Ben', 'Cid']) {
      const phone = await gateway.phone(name)
      said.set(phone.jid, await hear(phone, `The INVOICE of ${name}`))
      await hear(phone, 'Something else')
    }
    const pages: Page[] = []
    for (let cursor: string | undefined = ''; cursor !== undefined; cursor = pages.at(-1)?.next_cursor) {
      pages.push(await search(`search=invoice&limit=1${cursor && `&cursor=${cursor}`}`))
    }
    const found = pages.flatMap(({ messages }) => messages)
    assert.ok(pages.every(({ messages }) => messages.length <= 1))
    assert.deepEqual(new Map(found.map(({ chat_jid, message_id }) => [chat_jid, message_id])), said)
    assert.equal((await search('search=invoice')).messages.length, 3)
    const other = await gateway.linkDevice()
    assert.deepEqual(await other.api.get('/search/messages?search=invoice'), { messages: [] })
  })

  it('takes characters as they are', async () => {
    const dan = await gateway.phone('Dan')
    const id = await hear(dan, '100 % sure_thing')
    assert.deepEqual(
      (await search('search=0%20%25%20s')).messages.map(({ message_id }) => message_id),
      [id],
    )
    assert.deepEqual((await search('search=sure%25')).messages, [])
  })
})
