import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startTestGateway, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

describe('newsletters.mute', () => {
  let gateway: TestGateway
  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
  })
  after(() => gateway.stop())

  it('mutes a channel that the account follows, and lets it be heard again', async () => {
    const { api, phone } = await gateway.linkDevice()
    const owner = await gateway.phone('Owner of a channel')
    const { jid } = await owner.channels.create({ name: 'News' })
    const followed = await phone.channels.follow(jid)
    await api.post(`/newsletters/${encodeURIComponent(jid)}/mute`, { mute: true })
    assert.equal((await followed.info()).muted, true)
    await api.post(`/newsletters/${jid.replace('@newsletter', '')}/mute`, { mute: false })
    assert.equal((await followed.info()).muted, false)
    const told = await until('both changes are told', async () => {
      const { events } = await api.get<{ events: { data: object }[] }>('/events?types=newsletter.mute_change')
      return events.length >= 2 && events.map(({ data }) => data)
    })
    const own = { jid: phone.id, newsletter_jid: jid }
    assert.deepEqual(told, [
      { ...own, mute: 'on' },
      { ...own, mute: 'off' },
    ])
  })
})
