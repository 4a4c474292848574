import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import { ChatwootDouble } from '../../server/src/chatwoot/testing/chatwoot-double.ts'
import { until } from '../../server/src/testing/until.ts'
import { assertAccessible, assertFits, describeInBrowser, openedConsole, picture } from './open-console.ts'

describeInBrowser('the bridge to Chatwoot in the console', () => {
  const story = openedConsole()
  let chatwoot: ChatwootDouble
  before(async () => {
    chatwoot = await ChatwootDouble.start()
  })
  after(async () => {
    await chatwoot.stop()
  })

  it('is set up by a form, carries messages, is changed, paused and removed', async () => {
    const { gateway } = story()
    const { key } = await gateway.createKey({ customer_name: 'Bakery' })
    const ana = await gateway.phone('Ana')
    const bob = await gateway.phone('Bob')
    const device = await gateway.linkDevice(ana, await gateway.createDevice(key, 'Counter'))
    const page = await story().openAs(key, `chatwoot?device=${device.id}`)
    await page.getByLabel('Address of Chatwoot').fill(chatwoot.url)
    await page.getByLabel('API access token').fill('wrong')
    await page.getByRole('button', { name: 'Set up' }).click()
    await page.getByRole('alert').waitFor()
    await assertAccessible(page)
    await assertFits(page)
    await picture(page, 'chatwoot-set-up')
    await page.getByLabel('API access token').fill('agent-token')
    await page.getByRole('button', { name: 'Set up' }).click()
    await page.getByText('Working').waitFor()

    await bob.send(ana.jid, { text: 'Are you open?' })
    await chatwoot.until('the question', ({ content }) => content === 'Are you open?')
    await page.getByLabel('A reaction is').selectOption('off')
    await page.getByLabel('Carry over groups too').click()
    const options = async () =>
      (await device.api.get<{ options: Record<string, unknown> }>('/integrations/chatwoot')).options
    await until('both are stored', async () => {
      const { reactions, groups } = await options()
      return reactions === 'off' && typeof groups === 'boolean'
    })
    await assertAccessible(page)
    await assertFits(page)
    await picture(page, 'chatwoot')
    assert.equal((await page.content()).includes('agent-token'), false)

    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByText('by its owner').waitFor()
    await page.getByRole('button', { name: 'Resume' }).click()
    await page.getByText('Working').waitFor()
    await page.getByRole('button', { name: 'Remove the bridge' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove the bridge' }).click()
    await page.getByRole('heading', { name: 'No bridge yet' }).waitFor()
  })
})
