import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Phone, Sandbox } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

interface Chat {
  readonly chat_jid: string
  readonly chat_lid?: string
  readonly name: string | null
  readonly is_group: boolean
  readonly last_message: { readonly message_id: string; readonly text: string | null } | null
  readonly unread_count: number
  readonly marked_unread: boolean
  readonly timer_seconds: number | null
}

interface Page {
  readonly chats: readonly Chat[]
  readonly next_cursor?: string
}

describe('operations on the list of chats', () => {
  let gateway: TestGateway
  let sandbox: Sandbox
  let device: TestDevice
  let ana: Phone
  let bob: Phone
  before(async () => {
    sandbox = await Sandbox.start({ seed: 6 })
    gateway = await startTestGateway({ sandbox })
    ana = await sandbox.phone({ name: 'Ana' })
    device = await gateway.linkDevice(ana)
    bob = await sandbox.phone({ name: 'Bob' })
  })
  after(async () => {
    await gateway.stop()
    await sandbox.stop()
  })

  /** What nobody reads, of kinds that cannot be opened here, and the parent of pictures that never come. */
  const sealed = (chatOf: string, id: string) => {
    const key = { remoteJid: chatOf, fromMe: true, id }
    const part = { targetMessageKey: key, encPayload: new Uint8Array(32), encIv: new Uint8Array(12) }
    const pictures = { expectedImageCount: 2 }
    return [
      { encReactionMessage: part },
      { encCommentMessage: part },
      { encEventResponseMessage: part },
      { albumMessage: pictures },
    ]
  }
  const chat = (jid: string) => device.api.get<Chat>(`/chats/${jid}`)
  const arrived = (id: string) =>
    until('it arrives', async () => (await device.api.call('GET', `/messages/${id}`)).status === 200)
  const said = async (from: Phone, to: string, text: string) => {
    const { id } = await from.send(to, { text })
    await arrived(id)
    return id
  }

  describe('messaging.listChats and messaging.getChat', () => {
    it('show a chat with its name, newest message and unread count', async () => {
      await said(bob, ana.jid, 'one')
      const id = await said(bob, ana.jid, 'two')
      const shown = await chat(bob.id)
      const { last_message: last } = shown
      assert.deepEqual([shown.chat_jid, shown.chat_lid, shown.name, shown.is_group], [bob.jid, bob.lid, 'Bob', false])
      assert.deepEqual([last?.message_id, last?.text, shown.unread_count], [id, 'two', 2])
      const { chats } = await device.api.get<Page>('/chats')
      assert.deepEqual(
        chats.find(({ chat_jid }) => chat_jid === bob.jid),
        shown,
      )
    })

    it('count nothing as unread that nobody reads', async () => {
      const cid = await sandbox.phone({ name: 'Cid' })
      const id = await said(cid, ana.jid, 'read me')
      const { id: poll } = await cid.send(ana.jid, { poll: { question: 'When?', options: ['now', 'later'] } })
      const changes = [
        await cid.send(ana.jid, { reaction: { message: id, emoji: '👍' } }),
        await cid.send(ana.jid, { pin: { message: id } }),
        await cid.send(ana.jid, { keep: { message: id } }),
        await cid.send(ana.jid, { vote: { poll, options: ['now'] } }),
        await cid.send(ana.jid, { edit: { message: id, text: 'read me twice' } }),
        await cid.send(ana.jid, { expiry: { seconds: 86_400 } }),
        ...(await Promise.all(sealed(cid.jid, id).map((message) => cid.sendMessage(ana.account, message)))),
      ]
      for (const change of changes) await arrived(change.id)
      await until('the phone cannot open three of them', () => ana.violations.length === 3)
      ana.violations.length = 0
      const shown = await chat(cid.id)
      assert.deepEqual([shown.unread_count, shown.last_message?.message_id], [2, poll])
      const { messages } = await device.api.get<{ messages: { message_id: string; pinned: unknown; kept: boolean }[] }>(
        `/chats/${cid.id}/messages`,
      )
      assert.deepEqual(
        messages.map(({ message_id }) => message_id),
        [poll, id],
      )
      const [, first] = messages
      assert.deepEqual([first?.pinned !== null, first?.kept], [true, true])
      await device.api.post(`/chats/${cid.id}/mark-read`, { read: true })
      await cid.until.receipt({ id: poll, type: 'read' })
      const receipts = cid.messages().filter((entry) => entry.receipts.some(({ type }) => type === 'read'))
      assert.deepEqual(receipts.map((entry) => entry.id).sort(), [id, poll].sort())
      assert.equal((await chat(cid.id)).unread_count, 0)
    })

    it('know what was read on the phone and what was written there', async () => {
      const dan = await sandbox.phone({ name: 'Dan' })
      const id = await said(dan, ana.jid, 'read me on the phone')
      assert.equal((await chat(dan.id)).unread_count, 1)
      await ana.until.message((message) => message.id === id)
      await ana.read(dan.jid, [id])
      await until('it is read', async () => (await chat(dan.id)).unread_count === 0)
      const mine = await said(ana, dan.jid, 'from the phone')
      assert.equal((await chat(dan.id)).last_message?.message_id, mine)
      const sent = await device.api.post<{ message_id: string }>(`/chats/${dan.id}/messages`, { text: 'from the API' })
      assert.equal((await chat(dan.id)).last_message?.message_id, sent.message_id)
    })

    it('go on where a page ended, each chat once', async () => {
      for (const name of ['Eve', 'Fay', 'Gil']) await said(await sandbox.phone({ name }), ana.jid, `I am ${name}`)
      const whole = await device.api.get<Page>('/chats?limit=200')
      const seen: string[] = []
      let cursor = ''
      do {
        const page: Page = await device.api.get<Page>(`/chats?limit=2${cursor && `&cursor=${cursor}`}`)
        assert.ok(page.chats.length <= 2)
        seen.push(...page.chats.map(({ chat_jid }) => chat_jid))
        cursor = page.next_cursor ?? ''
      } while (cursor)
      assert.deepEqual(
        seen,
        whole.chats.map(({ chat_jid }) => chat_jid),
      )
      assert.equal(new Set(seen).size, seen.length)
    })

    it('show the same after a restart', async () => {
      const before = await device.api.get<Page>('/chats')
      await gateway.restart()
      device = gateway.deviceWith(device.id, device.secret, device.token)
      await gateway.connected(device)
      assert.deepEqual(await device.api.get<Page>('/chats'), before)
    })

    it('know no chat in which nothing was ever said', async () => {
      const nobody = await sandbox.phone({ name: 'Nobody' })
      await device.api.refuses('chat_not_found', 'GET', `/chats/${nobody.id}`)
    })
  })

  describe('messaging.markRead', () => {
    it('marks a chat as unread, and takes the mark off, as the phone shows', async () => {
      const zoe = await sandbox.phone({ name: 'Zoe' })
      await said(zoe, ana.jid, 'read me again')
      const group = await zoe.groups.create({ subject: 'Team', participants: [ana.jid] })
      await said(zoe, group.jid, 'and me')
      for (const [jid, address] of [
        [zoe.jid, zoe.id],
        [group.jid, group.jid],
      ] as const) {
        for (const read of [true, false, true, false, true]) {
          await device.api.post(`/chats/${address}/mark-read`, { read })
          const { marked_unread, unread_count } = await chat(address)
          assert.deepEqual([marked_unread, unread_count], [!read, 0])
          await until('the phone shows it', () => ana.appState.chat(jid).markedUnread === !read)
        }
      }
      assert.deepEqual(ana.violations, [])
    })

    it('marks no chat as unread in which nothing was said', async () => {
      await device.api.refuses('chat_not_found', 'POST', '/chats/4915199999999/mark-read', { read: false })
    })
  })

  it('shows what the phone knew before it was linked, as a person saw it there', async () => {
    const [una, vic] = [await sandbox.phone({ name: 'Una' }), await sandbox.phone({ name: 'Vic' })]
    una.history.seed({ chats: 14, messages: 3 })
    const edited = await vic.send(una.jid, { text: 'v1' })
    const deleted = await vic.send(una.jid, { text: 'SALARY 12345' })
    const liked = await vic.send(una.jid, { text: 'like me' })
    await una.until.message((message) => message.id === liked.id)
    await vic.send(una.jid, { edit: { message: edited.id, text: 'v2' } })
    await vic.send(una.jid, { revoke: { message: deleted.id } })
    await una.send(vic.jid, { reaction: { message: liked.id, emoji: '👍' } })
    const mark = await vic.send(una.jid, { text: 'last' })
    await una.until.message((message) => message.id === mark.id)
    const linked = await gateway.linkDevice(una)
    const messages = async () =>
      (
        await linked.api.get<{
          messages: { message_id: string; text: string | null; deleted_at: unknown; reactions: unknown[] }[]
        }>(`/chats/${vic.id}/messages`)
      ).messages
    await until('the history is there', async () => (await messages()).length >= 4)
    const shown = (await messages()).map(({ text, deleted_at, reactions }) => [
      ...[text, deleted_at !== null, reactions.length],
    ])
    assert.deepEqual(shown, [
      ['last', false, 0],
      ['like me', false, 1],
      [null, true, 0],
      ['v2', false, 0],
    ])
    const { chats } = await linked.api.get<Page>('/chats?limit=200')
    assert.equal(chats.length, 15)
    const unread = chats.filter(({ unread_count }) => unread_count > 0)
    assert.ok(unread.length > 0)
    for (const { chat_jid, unread_count } of unread) {
      const { messages: said } = await linked.api.get<{ messages: { is_from_me: boolean; status: string }[] }>(
        `/chats/${chat_jid}/messages`,
      )
      const incoming = said.filter(({ is_from_me }) => !is_from_me).map(({ status }) => status)
      const read = incoming.slice(unread_count).map(() => 'read')
      assert.deepEqual(incoming, [...incoming.slice(0, unread_count).map(() => 'received'), ...read])
    }
    assert.ok(chats.every(({ name, last_message }) => name !== null && last_message !== null))
  })
})
