import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { BaileysEventMap, BinaryNode } from 'baileys-stock'
import type { Phone } from '../phone/phone.ts'
import { conformanceWorld, type Linked } from './testing/conformance-world.ts'
import { download, shown } from './testing/message-steps.ts'

const status = 'status@broadcast'
const day = 24 * 60 * 60 * 1000

describe('status, with a stock client', () => {
  const stage = conformanceWorld(33)
  let ana: Linked
  let ben: Linked
  let caro: Phone

  before(async () => {
    ;[ana, ben, caro] = await stage.three()
    for (const one of [ana.phone, ben.phone]) await caro.appState.saveContact(one.jid, { fullName: 'A friend' })
  })
  after(() => stage.end())

  const post = async (
    client: Linked['client'],
    content: Parameters<typeof client.socket.sendMessage>[1],
    to: Phone[],
  ) => {
    const statusJidList = to.map(({ lid }) => lid)
    const sent = await client.socket.sendMessage(status, content, { statusJidList, broadcast: true })
    client.sent.set(sent!.key.id!, sent!.message!)
    return sent!.key.id!
  }
  const seen = (id: string) => (entry: { id: string }) => entry.id === id
  const viewed =
    (id: string, by: string) =>
    (name: string, payload: unknown): boolean => {
      if (name === 'message-receipt.update') {
        const updates = payload as BaileysEventMap['message-receipt.update']
        return updates.some(({ key, receipt }) => key.id === id && receipt.userJid === by && receipt.readTimestamp)
      }
      if (name !== 'messages.upsert') return false
      const { messages } = payload as BaileysEventMap['messages.upsert']
      return messages.some(
        ({ key, userReceipt }) => key.id === id && userReceipt?.some((one) => one.userJid === by && one.readTimestamp),
      )
    }

  it('goes from a phone to the devices of its contacts, and of nobody else', async () => {
    const dora = await stage.phone('Dora')
    const sent = await caro.status.post({ text: 'good morning' })
    assert.equal(sent.status, 'sent')
    const shown = await ana.client.untilText('good morning')
    const { remoteJid, id, participant, fromMe } = shown.key!
    assert.deepEqual([remoteJid, id, participant, fromMe], [status, sent.id, caro.lid, false])
    await ben.client.untilText('good morning')
    const read = await ben.phone.until.message(seen(sent.id))
    assert.deepEqual([read.chat, read.sender, read.senderName], [status, caro.jid, 'Caro'])
    assert.deepEqual(dora.status.list(), [])
    assert.deepEqual(
      ben.phone.status.list(caro.jid).map(({ text }) => text),
      ['good morning'],
    )
  })

  it('goes from a client to phones, other clients and its own phone', async () => {
    const id = await post(ana.client, { text: 'by Ana', backgroundColor: '#223344', font: 1 } as never, [
      ben.phone,
      caro,
      ana.phone,
    ])
    const read = await caro.until.message(seen(id))
    assert.deepEqual([read.chat, read.text, read.sender], [status, 'by Ana', ana.jid])
    await ben.client.untilText('by Ana')
    const copy = await ana.phone.until.message(seen(id))
    assert.equal(copy.fromMe, true)
  })

  it('is posted again with the same key, and read by all', async () => {
    for (const text of ['one', 'two', 'three']) {
      const sent = await caro.status.post({ text })
      await ana.client.untilText(text)
      await ben.phone.until.message(seen(sent.id))
    }
    for (const text of ['uno', 'dos']) await caro.until.message(seen(await post(ana.client, { text }, [caro])))
  })

  it('carries images and videos', async () => {
    const image = await caro.status.post({ image: { caption: 'a view' } })
    const video = await caro.status.post({ video: { caption: 'a clip', seconds: 2 } })
    const { whole, inner } = await shown(ana.client, image.id)
    assert.equal(inner.imageMessage?.caption, 'a view')
    assert.equal((await shown(ana.client, video.id)).inner.videoMessage?.seconds, 2)
    assert.deepEqual(await download(ana.client, whole), new Uint8Array(caro.media.bytes(image.id)))
    const own = await post(
      ben.client,
      { image: Buffer.from(caro.media.bytes(image.id)), caption: 'back', jpegThumbnail: '' } as never,
      [caro],
    )
    const read = await caro.until.message(seen(own))
    assert.deepEqual([read.kind, read.text, read.media], ['image', 'back', 'here'])
  })

  it('tells the author who saw it, and the viewer’s other devices', async () => {
    const sent = await caro.status.post({ text: 'who is looking' })
    const shown = await ana.client.untilText('who is looking')
    await ana.client.socket.readMessages([shown.key as never])
    const receipt = await caro.until.receipt({ id: sent.id, type: 'read' })
    assert.equal(receipt.from, ana.jid)
    await ana.phone.until.receipt({ id: sent.id, type: 'read-self' })
    await ben.phone.until.message(seen(sent.id))
    await ben.phone.status.view(caro.jid, [sent.id])
    await caro.until.event('phone.receipt', ({ id, from }) => id === sent.id && from === ben.phone.jid)
    assert.deepEqual(new Set(caro.status.viewers(sent.id)), new Set([ana.jid, ben.phone.jid]))
    const own = await post(ana.client, { text: 'look at me' }, [caro])
    await caro.until.message(seen(own))
    await caro.status.view(ana.phone.jid, [own])
    await ana.client.untilAny(viewed(own, caro.lid))
  })

  it('is taken back for everybody, by its author alone', async () => {
    const sent = await caro.status.post({ text: 'oops' })
    await ana.client.untilText('oops')
    await ben.phone.until.message(seen(sent.id))
    const back = await caro.status.revoke(sent.id)
    await ana.client.until('messages.update', (updates) =>
      updates.some(({ key, update }) => key.id === sent.id && update.messageStubType !== undefined),
    )
    await ben.phone.until.message(seen(back.id))
    assert.ok(!ben.phone.status.list(caro.jid).some(({ id }) => id === sent.id))
    const own = await post(ana.client, { text: 'mistake' }, [caro])
    await caro.until.message(seen(own))
    const key = { remoteJid: status, id: own, fromMe: true }
    const revoked = await post(ana.client, { delete: key }, [caro])
    await caro.until.message(seen(revoked))
    assert.ok(!caro.status.list(ana.phone.jid).some(({ id }) => id === own))
    await assert.rejects(() => caro.status.revoke(own), /no own status/)
  })

  it('keeps to the audience that privacy settings name', async () => {
    const { world } = await stage.sandbox()
    const eva = await stage.phone('Eva')
    await eva.appState.saveContact(ana.phone.jid, { fullName: 'Ana' })
    await eva.appState.saveContact(ben.phone.jid, { fullName: 'Ben' })
    const names = async () => new Set((await eva.status.audience()).map(({ pushName }) => pushName))
    assert.deepEqual(await names(), new Set(['Ana', 'Ben']))
    await eva.settings.setStatusPrivacy('blacklist', [ana.phone.jid])
    assert.deepEqual(await names(), new Set(['Ben']))
    const { id } = await eva.status.post({ text: 'not for Ana' })
    await ben.phone.until.message(seen(id))
    const [routed] = world.log.since().filter(({ type, data }) => type === 'message.routed' && data['id'] === id)
    assert.deepEqual(new Set(routed?.data['devices'] as string[]), new Set([ben.phone.jid, ben.jid]))
    await eva.settings.setStatusPrivacy('whitelist', [ana.phone.jid])
    assert.deepEqual(await names(), new Set(['Ana']))
    await eva.status.post({ text: 'for Ana alone' })
    await ana.client.untilText('for Ana alone')
    const answer: BinaryNode = await ana.client.socket.query({
      tag: 'iq',
      attrs: { type: 'get', xmlns: 'status', to: '@s.whatsapp.net' },
      content: [{ tag: 'privacy', attrs: {} }],
    })
    assert.equal((answer.content as BinaryNode[])[0]?.tag, 'privacy')
  })

  it('does not reach those who blocked its author', async () => {
    const { world } = await stage.sandbox()
    ben.phone.account.blocked.add(caro.account.lid)
    const { id } = await caro.status.post({ text: 'hello?' })
    await ana.client.untilText('hello?')
    ben.phone.account.blocked.delete(caro.account.lid)
    const [routed] = world.log.since().filter(({ type, data }) => type === 'message.routed' && data['id'] === id)
    const reached = routed?.data['devices'] as string[] | undefined
    assert.equal(reached?.includes(ben.phone.jid), false)
  })

  it('is hidden where its author is muted', async () => {
    const sent = await caro.status.post({ text: 'noise' })
    await ben.phone.until.message(seen(sent.id))
    await ben.phone.appState.muteStatus(caro.jid)
    assert.ok(!ben.phone.status.list().some(({ id }) => id === sent.id))
    assert.ok(ben.phone.status.list(caro.jid).some(({ id }) => id === sent.id))
    await ben.phone.appState.muteStatus(caro.jid, false)
    assert.ok(ben.phone.status.list().some(({ id }) => id === sent.id))
  })

  it('is sent again to a device that could not read it', async () => {
    const { world } = await stage.sandbox()
    const sandbox = await stage.sandbox()
    const text = 'second try'
    sandbox.world.faults.next(world.device(ana.jid)!, { direction: 'out', tag: 'message', action: { kind: 'corrupt' } })
    await caro.status.post({ text })
    await ana.client.untilText(text)
  })

  it('waits for those who are away, for a day and no longer', async () => {
    const sandbox = await stage.sandbox()
    const late = await stage.linked('Late')
    await caro.appState.saveContact(late.phone.jid, { fullName: 'Late' })
    await late.client.close()
    await late.phone.disconnect()
    const first = await caro.status.post({ text: 'early' })
    sandbox.advance(day / 2)
    const second = await caro.status.post({ text: 'later' })
    sandbox.advance(day / 2 + 1000)
    late.phone.connect()
    await late.phone.until.message(seen(second.id))
    await late.client.connect()
    await late.client.untilText('later')
    assert.ok(!late.client.messages.some(({ key }) => key?.id === first.id))
    assert.deepEqual(
      late.phone.status.list(caro.jid).map(({ text }) => text),
      ['later'],
    )
    assert.ok(!ben.phone.status.list().some(({ id }) => id === first.id))
    sandbox.advance(day)
    assert.deepEqual(ben.phone.status.list(), [])
  })

  it('leaves nothing unanswered', () => stage.assertClean())
})
