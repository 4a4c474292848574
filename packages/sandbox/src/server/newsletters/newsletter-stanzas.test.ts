import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { beforeEach, describe, it } from 'node:test'
import type { Jid, WireNode } from '../../wire/node.ts'
import { child, children, contentText, textAttr } from '../../wire/node-access.ts'
import { Message } from '../../wire/proto/index.ts'
import type { Newsletter } from '../../world/newsletters/newsletter.ts'
import { World } from '../../world/world.ts'
import { serveWorld } from '../serve-world.ts'
import { ask, element, errorCode } from '../testing/ask.ts'
import { BarePhone } from '../testing/bare-phone.ts'

describe('stanzas of channels', () => {
  let world: World
  let ana: BarePhone
  let ben: BarePhone
  let channel: Newsletter
  let jid: Jid

  beforeEach(() => {
    world = serveWorld(new World())
    ana = new BarePhone(world, 'Ana')
    ben = new BarePhone(world, 'Ben')
    channel = world.newsletters.create(world, ana.account, { name: 'News', description: '' })
    channel.members.set(ben.account.lid, { role: 'subscriber', since: 0, muted: false })
    jid = { user: channel.id, server: 'newsletter' }
  })

  const send = (from: BarePhone, attrs: Record<string, string>, content: WireNode[], to = jid) =>
    world.router.submit(from.device, { tag: 'message', attrs: { id: 'M1', type: 'text', ...attrs, to }, content })
  const plaintext = (text: string): WireNode => element('plaintext', Message.encode({ conversation: text }))
  const refusal = async (answer: Promise<WireNode | undefined>) => textAttr(await answer, 'error')

  it('name channels by JID, and number messages', async () => {
    const answer = await send(ana, {}, [plaintext('hello')])
    assert.equal(textAttr(answer, 'server_id'), '100')
    const { attrs, content } = ben.received.at(-1)!.node
    assert.deepEqual(attrs['from'], jid)
    assert.deepEqual(
      [attrs['server_id'], attrs['id'], attrs['type'], attrs['is_sender']],
      ['100', 'M1', 'text', undefined],
    )
    assert.ok((content as WireNode[])[0]?.content instanceof Uint8Array)
  })

  it('give a message that was sent twice one number', async () => {
    await send(ana, {}, [plaintext('hello')])
    const count = ben.received.length
    assert.equal(textAttr(await send(ana, {}, [plaintext('hello')]), 'server_id'), '100')
    assert.equal(ben.received.length, count)
  })

  it('are refused when they are not whole, not allowed, or about nothing', async () => {
    assert.equal(await refusal(send(ana, {}, [])), '479')
    assert.equal(await refusal(send(ana, {}, [element('plaintext', Uint8Array.of(0xff))])), '479')
    assert.equal(await refusal(send(ben, {}, [plaintext('no')])), '403')
    assert.equal(await refusal(send(ana, { edit: '3' }, [plaintext('what')])), '404')
    assert.equal(await refusal(send(ana, { media_id: 'H:none' }, [plaintext('x')])), '404')
    assert.equal(await refusal(send(ben, { type: 'reaction', server_id: '7' }, [element('reaction')])), '404')
    assert.equal(await refusal(send(ana, {}, [plaintext('x')], { user: '1', server: 'newsletter' })), '404')
    await send(ana, {}, [plaintext('mine')])
    assert.equal(await refusal(send(ben, { edit: '8' }, [element('plaintext')])), '403')
    assert.equal(await refusal(send(ben, { edit: '3' }, [plaintext('yours')])), '403')
    assert.equal(world.unhandled.size, 0)
  })

  it('vote in the open, a later vote in place of the former', async () => {
    const options = ['Yes', 'No', 'Maybe'].map((optionName) => ({ optionName }))
    const asked = { pollCreationMessage: { name: 'Well?', options, selectableOptionsCount: 2 } }
    const meta = element('meta', undefined, { polltype: 'creation' })
    await send(ana, { type: 'poll' }, [element('plaintext', Message.encode(asked)), meta])
    assert.equal(textAttr(child(ben.received.at(-1)!.node, 'meta'), 'polltype'), 'creation')
    const hash = (option: string) => createHash('sha256').update(option).digest()
    const vote = (...chosen: string[]) =>
      send(ben, { id: 'V1', type: 'poll', server_id: '100' }, [
        element(
          'votes',
          chosen.map((option) => element('vote', hash(option))),
        ),
        element('meta', undefined, { polltype: 'vote' }),
      ])
    const counts = async () => {
      const asks = [element('messages', undefined, { count: '1', type: 'jid', jid })]
      const answer = await ask(world, ana.device, 'get', 'newsletter', asks)
      const votes = child(child(child(answer, 'messages'), 'message'), 'votes')
      return votes && children(votes, 'vote').map((one) => [textAttr(one, 'count'), one.content])
    }
    assert.equal(textAttr(await vote('Yes', 'No'), 'server_id'), '100')
    await vote('Maybe')
    assert.deepEqual(await counts(), [['1', Uint8Array.from(hash('Maybe'))]])
    assert.equal(await refusal(vote('Yes', 'No', 'Maybe')), '406')
    assert.equal(await refusal(vote('Neither')), '406')
    assert.equal(textAttr(await vote(), 'error'), undefined)
    assert.equal(await counts(), undefined)
    channel.members.delete(ben.account.lid)
    assert.equal(await refusal(vote('Yes')), '403')
    assert.equal(await refusal(send(ana, { server_id: '7' }, [element('votes', [])])), '404')
  })

  it('answer GraphQL with bytes, refusals included, and record what nobody knows', async () => {
    const query = (id: string, body: string) =>
      ask(world, ben.device, 'get', 'w:mex', [element('query', Buffer.from(body), { query_id: id })])
    const answer = await query('6563316087068696', '{"variables":{"input":{"key":"1@newsletter","type":"JID"}}}')
    assert.ok(child(answer, 'result')?.content instanceof Uint8Array)
    const { data, errors } = JSON.parse(contentText(child(answer, 'result'))!)
    assert.deepEqual([data, errors[0].extensions.error_code], [null, 404])
    assert.equal(errorCode(await query('6563316087068696', 'not json')), '400')
    assert.equal(errorCode(await query('1', '{}')), '501')
    assert.deepEqual(
      world.unhandled.list().map(({ what }) => what),
      ['w:mex/1'],
    )
  })

  it('tell of changes in a form that both client families read', async () => {
    const body = JSON.stringify({
      variables: { newsletter_id: `${channel.id}@newsletter`, updates: { name: 'Newer' } },
    })
    const content = [element('query', Buffer.from(body), { query_id: '24250201037901610' })]
    await ask(world, ana.device, 'get', 'w:mex', content)
    const { node } = ben.received.at(-1)!
    assert.deepEqual([textAttr(node, 'type'), node.attrs['from']], ['mex', { user: '', server: 's.whatsapp.net' }])
    const told = JSON.parse(contentText(child(node, 'update'))!)
    assert.equal(told.data.xwa2_notify_newsletter_on_metadata_update.thread_metadata.name.text, 'Newer')
    assert.deepEqual(told.updates, [{ jid: `${channel.id}@newsletter`, settings: { name: 'Newer' } }])
  })
})
