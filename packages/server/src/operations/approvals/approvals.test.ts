import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import sharp from 'sharp'
import { type Agent, formerAgent, modernAgent } from '../../mcp/testing/clients.ts'
import type { ApiClient } from '../../testing/api-client.ts'
import { freePort } from '../../testing/free-port.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { TestClock } from '../../testing/test-clock.ts'
import { until } from '../../testing/until.ts'

interface Pending {
  readonly state: string
  readonly approval_id: string
  readonly message_id: string
  readonly expires_at: string
}

interface Approval extends Pending {
  readonly text: string | null
  readonly type?: string
  readonly emoji?: string
  readonly has_file: boolean
  readonly decided_by: string | null
  readonly proposed_by: string
}

describe('approvals', () => {
  const clock = new TestClock()
  let gateway: TestGateway
  let device: TestDevice & { readonly phone: Phone }
  let bob: Phone
  let eve: Phone
  let agent: Agent
  let former: Agent
  /** A person, who has the API key of the device. */
  let person: ApiClient
  let key: { readonly id: number; readonly key: string; readonly api: ApiClient }

  before(async () => {
    // It starts again, and its clients stay.
    const environment = { SERVER_PORT: String(await freePort()) }
    gateway = await startTestGateway({ sandbox: true, clock, environment })
    key = await gateway.createKey()
    device = await gateway.linkDevice(undefined, await gateway.createDevice(key.key))
    bob = await gateway.phone('Bob')
    eve = await gateway.phone('Eve')
    person = gateway.api.with({ 'x-api-key': key.key, 'x-device-id': device.id })
    agent = await modernAgent(device.api)
    former = await formerAgent(device.api)
  })
  after(async () => {
    await agent.close()
    await former.close()
    await gateway.stop()
  })

  const setPolicy = (policy: Record<string, unknown>) => person.post('/devices/me/send-policy', policy)
  const approval = (id: string) => person.get<Approval>(`/approvals/${id}`)
  const decide = (id: string, decision: string) => person.call<Approval>('POST', `/approvals/${id}`, { decision })
  const propose = (text: string, more: Record<string, unknown> = {}, by = agent) =>
    by.says<Pending>('send_message', { chat_jid: bob.id, text, ...more })
  const heard = (who: Phone, text: string) => who.messages().filter((entry) => !entry.fromMe && entry.text === text)
  const arrives = (id: string) =>
    until('Bob has it', () => bob.messages().find((entry) => entry.id === id && !entry.fromMe))
  /** Something sent later has come: what did not come before it was not sent. */
  const nothingElseComes = async (text: string, who = bob) => {
    const { message_id: id } = await person.post<{ message_id: string }>(`/chats/${who.id}/messages`, {
      text: 'marker',
    })
    await until('the marker has come', () => who.messages().some((entry) => entry.id === id))
    assert.deepEqual(heard(who, text), [])
  }
  const hear = async (text: string): Promise<string> => {
    const { id } = await bob.send(device.phone.id, { text })
    await until('it is stored', async () => (await person.call('GET', `/messages/${id}`)).status === 200)
    return id
  }

  describe('sendPolicies.set', () => {
    it('is shown, and is none at first', async () => {
      const none = { mode: 'auto', recipients: null, client_may_approve: false, expires_in_seconds: 3600 }
      assert.deepEqual(await device.api.get('/devices/me/send-policy'), none)
      const set = await setPolicy({ mode: 'allow_list', recipients: [`+${bob.id}`] })
      assert.deepEqual(set, { ...none, mode: 'allow_list', recipients: [bob.jid] })
      assert.deepEqual(await device.api.get('/devices/me/send-policy'), set)
      await person.refuses('invalid_request', 'POST', '/devices/me/send-policy', { mode: 'allow_list' })
    })

    it('leaves the token no way past it', async () => {
      await setPolicy({ mode: 'allow_list', recipients: [bob.id] })
      const text = { text: 'past the policy' }
      await device.api.refuses('policy_forbids', 'POST', `/chats/${bob.id}/messages`, text)
      await device.api.refuses('policy_forbids', 'POST', '/devices/me/send-policy', { mode: 'auto' })
      await device.api.refuses('policy_forbids', 'POST', '/status', { ...text, recipients: [bob.id] })
      await device.api.refuses('policy_forbids', 'DELETE', '/devices/me/session')
      assert.equal((await device.api.call('GET', '/chats')).status, 200)
      await gateway.restart()
      await gateway.connected(device)
      await device.api.refuses('policy_forbids', 'POST', `/chats/${bob.id}/messages`, text)
      await nothingElseComes(text.text)
    })

    it('of an API key counts for whoever acts with it', async () => {
      const own = await gateway.createKey()
      const acting = own.api.with({ 'x-device-id': (await gateway.createDevice(own.key)).id })
      const path = `/admin/api-keys/${own.id}/send-policy`
      const set = await gateway.admin.post(path, { mode: 'approve' })
      assert.deepEqual(await gateway.admin.get(path), set)
      await acting.refuses('policy_forbids', 'POST', '/devices/me/send-policy', { mode: 'auto' })
      await own.api.refuses('policy_forbids', 'POST', '/devices', { device_name: 'Another' })
      await gateway.admin.post(path, { mode: 'auto' })
      assert.equal((await acting.call('POST', '/devices/me/send-policy', { mode: 'auto' })).status, 200)
      await gateway.admin.refuses('api_key_not_found', 'POST', '/admin/api-keys/999999/send-policy', { mode: 'auto' })
    })
  })

  for (const [name, by] of [
    ['the client of 2026-07-28', () => agent],
    ['the client of before', () => former],
  ] as const) {
    describe(`allow_list, for ${name}`, () => {
      before(() => setPolicy({ mode: 'allow_list', recipients: [bob.id] }))

      it('lets the agent write to whom it may, under any address', async () => {
        for (const chat_jid of [bob.id, `+${bob.id}`, bob.jid, bob.lid, `${bob.id}@c.us`]) {
          const text = `To you, ${name}, at ${chat_jid}`
          const { message_id } = await by().says<Pending>('send_message', { chat_jid, text })
          assert.equal((await arrives(message_id)).text, text)
        }
      })

      it('refuses everybody else, for every tool that others notice', async () => {
        const theirs = await eve.send(device.phone.id, { text: 'React to me' })
        await until('it is stored', async () => (await person.call('GET', `/messages/${theirs.id}`)).status === 200)
        const group = (await eve.groups.create({ subject: 'Others', participants: [device.phone.id] })).jid
        for (const chat_jid of [eve.id, eve.lid, group]) {
          assert.equal(await by().refused('send_message', { chat_jid, text: 'secret' }), 'policy_forbids')
        }
        const file = { kind: 'document', base64: 'c2VjcmV0', filename: 'a.txt' }
        assert.equal(await by().refused('send_media', { chat_jid: eve.id, ...file }), 'policy_forbids')
        const reaction = { chat_jid: eve.id, message_id: theirs.id, emoji: '🎉' }
        assert.equal(await by().refused('react', reaction), 'policy_forbids')
        assert.equal(await by().refused('mark_read', { chat_jid: eve.id }), 'policy_forbids')
        await nothingElseComes('secret', eve)
        assert.ok(
          !eve
            .messages()
            .some(
              ({ id, reactions, receipts }) =>
                id === theirs.id && (reactions || receipts.some(({ type }) => type === 'read')),
            ),
        )
      })

      it('fetches nothing from an address that the agent names', async () => {
        const call = { chat_jid: bob.id, kind: 'document', url: 'http://127.0.0.1:9/what-was-read' }
        assert.equal(await by().refused('send_media', call), 'policy_forbids')
      })
    })

    describe(`approve, for ${name}`, () => {
      before(() => setPolicy({ mode: 'approve', recipients: [bob.id, eve.id] }))

      it('sends exactly what a person has agreed to', async () => {
        const text = `May I? ${name}`
        const pending = await propose(text, {}, by())
        assert.equal(pending.state, 'pending')
        assert.equal(Date.parse(pending.expires_at) > clock.now(), true)
        await nothingElseComes(text)
        const shown = await approval(pending.approval_id)
        assert.deepEqual([shown.state, shown.text, shown.type], ['pending', text, 'text'])
        assert.equal(shown.proposed_by, `device:${device.id}`)
        const status = await by().says('get_message_status', { message_id: pending.message_id })
        assert.equal(status['status'], 'pending')
        const answer = await decide(pending.approval_id, 'approve')
        assert.deepEqual([answer.status, answer.body.data.state], [200, 'approved'])
        assert.equal(answer.body.data.decided_by, `key:${key.id}`)
        assert.equal((await arrives(pending.message_id)).text, text)
        assert.notEqual(
          (await by().says('get_message_status', { message_id: pending.message_id }))['status'],
          'pending',
        )
      })

      it('sends nothing that a person has rejected', async () => {
        const text = `Please not, ${name}`
        const pending = await propose(text, {}, by())
        assert.equal((await decide(pending.approval_id, 'reject')).body.data.state, 'rejected')
        const late = await decide(pending.approval_id, 'approve')
        assert.deepEqual([late.body.error_code, late.body.details], ['approval_decided', { state: 'rejected' }])
        await nothingElseComes(text)
        assert.equal((await approval(pending.approval_id)).text, null)
      })

      it('sends nothing once the time is over', async () => {
        const text = `Too late, ${name}`
        const pending = await propose(text, {}, by())
        clock.set(3_600_001)
        assert.equal((await approval(pending.approval_id)).state, 'expired')
        const late = await decide(pending.approval_id, 'approve')
        assert.deepEqual([late.body.error_code, late.body.details], ['approval_decided', { state: 'expired' }])
        await nothingElseComes(text)
      })

      it('answers a repeated call with the same proposal, and then with what became of it', async () => {
        const given = { idempotency_key: `again-${name}`.replaceAll(' ', '-') }
        const text = `Again, ${name}`
        const pending = await propose(text, given, by())
        assert.deepEqual(await propose(text, given, by()), pending)
        await decide(pending.approval_id, 'approve')
        const sent = await propose(text, given, by())
        assert.equal(sent.message_id, pending.message_id)
        assert.notEqual(sent.state, 'pending')
        await arrives(pending.message_id)
        assert.equal(heard(bob, text).length, 1)
      })

      it('holds a reaction back too', async () => {
        const id = await hear('React to me')
        const call = { chat_jid: bob.id, message_id: id, emoji: '👍' }
        const pending = await by().says<Pending>('react', call)
        assert.deepEqual([(await approval(pending.approval_id)).emoji], ['👍'])
        await decide(pending.approval_id, 'approve')
        await until('Bob sees it', () =>
          Object.values(bob.messages().find((entry) => entry.id === id)?.reactions ?? {}).includes('👍'),
        )
      })

      it('refuses who is not among the recipients, without asking anybody', async () => {
        const cid = await gateway.phone('Cid')
        const before = await person.get<{ approvals: unknown[] }>('/approvals?limit=100')
        assert.equal(await by().refused('send_message', { chat_jid: cid.id, text: 'x' }), 'policy_forbids')
        assert.equal(
          (await person.get<{ approvals: unknown[] }>('/approvals?limit=100')).approvals.length,
          before.approvals.length,
        )
      })
    })
  }

  describe('approve', () => {
    before(() => setPolicy({ mode: 'approve' }))

    it('keeps the file as it was when it was proposed', async () => {
      const picture = await sharp({ create: { width: 90, height: 60, channels: 3, background: '#993333' } })
        .jpeg()
        .toBuffer()
      const call = { chat_jid: bob.id, kind: 'document', base64: picture.toString('base64'), filename: 'red.jpg' }
      const pending = await agent.says<Pending>('send_media', { ...call, caption: 'Red' })
      const { has_file, text } = await approval(pending.approval_id)
      assert.deepEqual([has_file, text], [true, 'Red'])
      const media = `${gateway.api.url}/approvals/${pending.approval_id}/media`
      const shown = await fetch(media, { headers: person.headers })
      assert.deepEqual(Buffer.from(await shown.arrayBuffer()), picture)
      // It outlives the process, and the sweep that follows the start.
      await gateway.restart()
      await gateway.connected(device)
      await decide(pending.approval_id, 'approve')
      await arrives(pending.message_id)
      await until('it is fetched', () => bob.messages().find(({ id }) => id === pending.message_id)?.media === 'here')
      assert.deepEqual(Buffer.from(bob.media.bytes(pending.message_id)), picture)
    })

    it('forgets the file of what was rejected', async () => {
      const call = { chat_jid: bob.id, kind: 'document', base64: 'bm90IHRoaXM=', filename: 'no.txt' }
      const pending = await agent.says<Pending>('send_media', call)
      const files = () => readdir(path.join(gateway.dataDir, 'outgoing'))
      const count = (await files()).length
      assert.ok(count > 0)
      await decide(pending.approval_id, 'reject')
      await person.refuses('media_not_found', 'GET', `/approvals/${pending.approval_id}/media`)
      await gateway.restart()
      await gateway.connected(device)
      await until('it is gone', async () => (await files()).length < count)
    })

    it('is decided once by two who decide at the same moment', async () => {
      for (let n = 0; n < 5; n++) {
        const text = `Both, ${n}`
        const pending = await propose(text)
        const answers = await Promise.all(
          ['approve', 'reject', 'approve'].map((how) => decide(pending.approval_id, how)),
        )
        assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409, 409])
        const [won] = answers.filter(({ status }) => status === 200)
        assert.equal((await approval(pending.approval_id)).state, won!.body.data.state)
        if (won!.body.data.state === 'approved') await arrives(pending.message_id)
        else await nothingElseComes(text)
        assert.ok(heard(bob, text).length <= 1)
      }
    })

    it('lets no credential with a policy decide, and nobody of another tenant', async () => {
      const { approval_id: id } = await propose('Only by a person')
      await device.api.refuses('policy_forbids', 'POST', `/approvals/${id}`, { decision: 'approve' })
      const other = await gateway.createDevice()
      await other.api.refuses('approval_not_found', 'GET', `/approvals/${id}`)
      await other.api.refuses('approval_not_found', 'GET', `/approvals/${id}/media`)
      await other.api.refuses('approval_not_found', 'POST', `/approvals/${id}`, { decision: 'approve' })
      assert.deepEqual(await other.api.get('/approvals'), { approvals: [] })
    })

    it('lists what waits, page by page', async () => {
      const ids = [await propose('First'), await propose('Second')].map(({ approval_id }) => approval_id)
      const first = await person.get<{ approvals: Approval[]; next_cursor: string }>('/approvals?state=pending&limit=1')
      const next = await person.get<{ approvals: Approval[] }>(
        `/approvals?state=pending&limit=1&cursor=${first.next_cursor}`,
      )
      const listed = [...first.approvals, ...next.approvals].map(({ approval_id }) => approval_id)
      assert.deepEqual(listed, ids.toReversed())
      const expired = await person.get<{ approvals: Approval[] }>('/approvals?state=expired')
      assert.ok(expired.approvals.every(({ state }) => state === 'expired'))
    })
  })

  describe('a question to the user of the agent', () => {
    const asking = async (answer: 'accept' | 'decline', meanwhile: () => Promise<void> = async () => {}) => {
      const questions: string[] = []
      const asked = await modernAgent(device.api, (client) =>
        client.setRequestHandler('elicitation/create', async ({ params }) => {
          questions.push(params.message)
          await meanwhile()
          return { action: answer, content: {} }
        }),
      )
      return { asked, questions }
    }
    const waiting = async () => (await person.get<{ approvals: Approval[] }>('/approvals?state=pending')).approvals[0]!

    it('is no decision, unless the policy says so', async () => {
      await setPolicy({ mode: 'approve' })
      const { asked, questions } = await asking('accept')
      const answer = await asked.says<Pending>('send_message', { chat_jid: bob.id, text: 'I say yes myself' })
      assert.equal(answer.state, 'pending')
      assert.equal(questions.length, 1)
      assert.equal((await approval(answer.approval_id)).state, 'pending')
      await nothingElseComes('I say yes myself')
      await asked.close()
    })

    it('is answered with the message when a person agreed meanwhile', async () => {
      await setPolicy({ mode: 'approve' })
      const { asked } = await asking('accept', async () => {
        await decide((await waiting()).approval_id, 'approve')
      })
      const answer = await asked.says<Pending>('send_message', { chat_jid: bob.id, text: 'A person says yes' })
      assert.notEqual(answer.state, 'pending')
      await arrives(answer.message_id)
      await asked.close()
    })

    it('takes the message back when the user declines', async () => {
      await setPolicy({ mode: 'approve', client_may_approve: true })
      const { asked } = await asking('decline')
      const call = { chat_jid: bob.id, text: 'Declined' }
      assert.equal(await asked.refused('send_message', call), 'approval_decided')
      await nothingElseComes('Declined')
      await asked.close()
    })

    it('shows the text, and is the decision where the policy says so', async () => {
      await setPolicy({ mode: 'approve', client_may_approve: true })
      const { asked, questions } = await asking('accept')
      const answer = await asked.says<Pending>('send_message', { chat_jid: bob.id, text: 'Shown "and" agreed' })
      assert.match(questions[0]!, /"Shown \\"and\\" agreed"/)
      assert.ok(questions[0]!.includes(bob.jid))
      await arrives(answer.message_id)
      const [last] = (await person.get<{ approvals: Approval[] }>('/approvals?state=approved&limit=1')).approvals
      assert.equal(last?.decided_by, `client of device:${device.id}`)
      await asked.close()
    })

    it('is no decision about what it cannot show', async () => {
      await setPolicy({ mode: 'approve', client_may_approve: true })
      const { asked } = await asking('accept')
      const text = 'long '.repeat(1000)
      assert.equal((await asked.says<Pending>('send_message', { chat_jid: bob.id, text })).state, 'pending')
      const file = { chat_jid: bob.id, kind: 'document', base64: 'c2VjcmV0', filename: 'a.txt' }
      assert.equal((await asked.says<Pending>('send_media', file)).state, 'pending')
      await asked.close()
    })

    it('settles nothing that another credential proposed', async () => {
      await setPolicy({ mode: 'approve', client_may_approve: true })
      await gateway.admin.post(`/admin/api-keys/${key.id}/send-policy`, { mode: 'approve', client_may_approve: true })
      const { approval_id: id } = await propose('Of the token')
      const answer = await person
        .with({
          'mcp-protocol-version': '2026-07-28',
          'mcp-method': 'tools/call',
          'mcp-name': 'send_message',
          accept: 'application/json, text/event-stream',
        })
        .call('POST', '/mcp', {
          ...{ jsonrpc: '2.0', id: 1, method: 'tools/call' },
          params: {
            ...{ name: 'send_message', arguments: { chat_jid: bob.id, text: 'Of the token' } },
            ...{ requestState: id, inputResponses: { approval: { action: 'accept', content: {} } } },
            _meta: {
              'io.modelcontextprotocol/protocolVersion': '2026-07-28',
              'io.modelcontextprotocol/clientCapabilities': { elicitation: {} },
              'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
            },
          },
        })
      assert.match(answer.text, /approval_not_found/)
      await gateway.admin.post(`/admin/api-keys/${key.id}/send-policy`, { mode: 'auto' })
      assert.equal((await approval(id)).state, 'pending')
    })
  })
})
