import assert from 'node:assert/strict'
import { it } from 'node:test'
import { until } from '../../server/src/testing/until.ts'
import { assertAccessible, assertFits, describeInBrowser, openedConsole, picture } from './open-console.ts'

describeInBrowser('the events in the console', () => {
  const story = openedConsole()

  it('shows what was and what comes, filters, pauses, and gives an event away as a fixture', async () => {
    const { gateway } = story()
    const { key } = await gateway.createKey({ customer_name: 'Bakery' })
    const ana = await gateway.phone('Ana')
    const bob = await gateway.phone('Bob')
    const device = await gateway.linkDevice(ana, await gateway.createDevice(key, 'Counter'))
    const page = await story().openAs(key, 'events')
    const rows = page.locator('.events > li')
    await rows.filter({ hasText: 'connection.pair_success' }).waitFor()
    await page.getByText('Nothing earlier is kept.').waitFor()

    await bob.send(ana.jid, { text: 'Two loaves, please' })
    await rows.filter({ hasText: 'message.received' }).filter({ hasText: 'Two loaves, please' }).waitFor()
    await assertAccessible(page)
    await assertFits(page)
    await picture(page, 'events')

    await page.getByLabel('Kind').selectOption('message')
    await until('only messages are there', async () => (await rows.filter({ hasText: 'connection.' }).count()) === 0)
    await page.getByLabel('Search').fill('nothing like it')
    await page.getByRole('heading', { name: 'No event matches' }).waitFor()
    await page.waitForURL(/search=nothing/)
    await page.getByRole('button', { name: 'Show all events' }).click()
    await rows.filter({ hasText: 'connection.pair_success' }).waitFor()

    await page.getByRole('button', { name: 'Pause' }).click()
    await bob.send(ana.jid, { text: 'And a cake' })
    await page
      .getByRole('status')
      .getByText(/new while paused/)
      .filter({ hasText: /[1-9]/ })
      .waitFor()
    assert.equal(await rows.filter({ hasText: 'And a cake' }).count(), 0)
    await page.getByRole('button', { name: 'Continue' }).click()
    await rows.filter({ hasText: 'And a cake' }).first().waitFor()

    const cake = rows.filter({ hasText: 'message.received' }).filter({ hasText: 'And a cake' })
    await cake.locator('summary').first().focus()
    await page.keyboard.press('Enter')
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await cake.getByRole('button', { name: 'Copy as a fixture' }).click()
    const copied = JSON.parse((await page.evaluate('navigator.clipboard.readText()')) as string)
    const { events } = await device.api.get<{ events: { id: string }[] }>('/events?limit=1000')
    assert.deepEqual(
      copied,
      events.find(({ id }) => id === copied.id),
    )
    await assertAccessible(page)
    await picture(page, 'event-open')
  })
})
