import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { BridgeWorld } from '../../chatwoot/testing/bridge-world.ts'
import { startTestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

describe('a bridge to Chatwoot', () => {
  let world: BridgeWorld
  before(async () => {
    world = await BridgeWorld.start()
  })
  after(() => world.stop())

  it('is set up by one call, which makes the inbox', async () => {
    const { chatwoot, device } = world
    const made = await world.setUp({ inbox_name: 'Shop' })
    const [inbox] = chatwoot.world.inboxes
    assert.deepEqual([inbox?.name, inbox?.channel_type, made.inbox_id], ['Shop', 'Channel::Api', inbox?.id])
    assert.match(inbox!.webhook_url!, new RegExp(`^${device.api.url}/integrations/chatwoot/webhook/[\\w-]{32}$`))
    assert.deepEqual([made.state, made.last_error], ['active', null])
    await until('it has read the log', async () => (await world.state()).cursor.lag === 0)
    const { query } = world.gateway.services.database
    const row = JSON.stringify(await query.selectFrom('chatwoot_bridge').selectAll().execute())
    assert.ok(!row.includes('agent-token') && !row.includes(inbox!.webhook_url!.split('/').at(-1)!))
  })

  it('carries a text in, and the answer of an agent out', async () => {
    const { chatwoot, device, friend } = world
    const { id } = await friend.send(device.phone.id, { text: 'Are you open?' })
    const asked = await chatwoot.until('the question', ({ content }) => content === 'Are you open?')
    assert.deepEqual([asked.message_type, asked.source_id], ['incoming', id])
    const { contact } = asked.conversation.contactInbox
    assert.deepEqual([contact.name, contact.phone_number, contact.identifier], ['Bob', `+${friend.id}`, friend.lid])
    const answer = chatwoot.says(asked.conversation, '**Yes**, until six')
    const got = await friend.until.message(({ text }) => text === '*Yes*, until six')
    await until('its ticks arrive', () => answer.status === 'delivered')
    await friend.read(got.chat, [got.id])
    await until('it is read', () => answer.status === 'read')
    await world.settled()
    assert.deepEqual(
      chatwoot.messages().map(({ content }) => content),
      ['Are you open?', '**Yes**, until six'],
    )
  })

  it('is changed, paused and resumed, and its token is not shown', async () => {
    const { device } = world
    const options = { reactions: 'off', groups: false, conversations: 'reopen' }
    const changed = await device.api.patch<Record<string, unknown>>('/integrations/chatwoot', { options, paused: true })
    assert.deepEqual([changed['state'], changed['paused_reason']], ['paused', 'owner'])
    assert.deepEqual({ ...(changed['options'] as object), ...options }, changed['options'])
    const shown = await device.api.call('PATCH', '/integrations/chatwoot', { paused: false })
    assert.equal(shown.status, 200)
    assert.ok(!shown.text.includes('agent-token'))
    assert.equal((await world.state()).state, 'active')
  })

  it('notes in the audit who set it up and changed it, without the token', async () => {
    const { device, gateway } = world
    const { entries } = await gateway.admin.get<{ entries: { action: string; actor: string }[] }>(
      `/admin/audit?target=${device.id}&action=device.chatwoot`,
    )
    const names = new Set(entries.map(({ action, actor }) => `${action} ${actor}`))
    assert.ok(names.has(`device.chatwoot_set_up device:${device.id}`), [...names].join())
    assert.ok(names.has(`device.chatwoot_changed device:${device.id}`), [...names].join())
    assert.ok(!JSON.stringify(entries).includes('agent-token'))
  })

  it('refuses what is no Chatwoot, a wrong token, a wrong account, and an inbox of another kind', async () => {
    const { api } = world.device
    const web = world.chatwoot.world.createInbox(1, 'Site', { type: 'web_widget' })
    const wrong = [
      ['chatwoot_unreachable', { url: 'http://127.0.0.1:9' }],
      ['chatwoot_unreachable', { url: `${api.url}/no-chatwoot` }],
      ['chatwoot_refused', { api_access_token: 'wrong' }],
      ['chatwoot_refused', { account_id: 77 }],
      ['chatwoot_refused', { inbox_id: 7777 }],
      ['chatwoot_refused', { inbox_id: web.id }],
      ['invalid_webhook_url', { url: 'file:///etc/passwd' }],
      ['invalid_request', { gateway_url: 'javascript:alert(1)' }],
    ] as const
    for (const [code, change] of wrong) {
      await api.refuses(code, 'POST', '/integrations/chatwoot', world.access(change))
    }
    assert.equal((await world.state()).state, 'active')
  })

  it('is removed with all that it knew, and Chatwoot calls no more', async () => {
    const { chatwoot, device, gateway } = world
    const [inbox] = chatwoot.world.inboxes
    const url = new URL(inbox!.webhook_url!)
    await device.api.delete('/integrations/chatwoot')
    assert.equal(inbox!.webhook_url, '')
    await gateway.api.refuses('chatwoot_not_found', 'POST', url.pathname, { event: 'message_created' })
    await device.api.refuses('chatwoot_not_found', 'GET', '/integrations/chatwoot')
    const { query } = gateway.services.database
    for (const table of ['chatwoot_chat', 'chatwoot_link', 'chatwoot_send'] as const) {
      assert.deepEqual(await query.selectFrom(table).selectAll().execute(), [], table)
    }
  })
})

describe('a gateway that may not call private addresses', () => {
  it('sets up no bridge to one', async () => {
    const gateway = await startTestGateway({ environment: { SWITCHBOARD_WEBHOOK_ALLOW_PRIVATE: 'false' } })
    const { api } = await gateway.createDevice()
    const access = { account_id: 1, api_access_token: 'agent-token' }
    for (const url of [
      'http://chatwoot.example',
      'https://127.0.0.1',
      'https://[::1]',
      'https://2130706433',
      'https://chatwoot.local',
    ]) {
      await api.refuses('invalid_webhook_url', 'POST', '/integrations/chatwoot', { ...access, url })
    }
    await gateway.stop()
  })
})
