import assert from 'node:assert/strict'
import { it } from 'node:test'
import { assertAccessible, assertFits, describeInBrowser, openedConsole, picture } from './open-console.ts'

describeInBrowser('what happens now, in the console', () => {
  const story = openedConsole()

  it('is calm while all is well, and names the device that needs a person, and what to do', async () => {
    const { gateway } = story()
    const { key } = await gateway.createKey({ customer_name: 'Bakery' })
    const device = await gateway.linkDevice(await gateway.phone('Counter'), await gateway.createDevice(key, 'Counter'))
    const page = await story().openAs(story().adminSecret)
    await page.getByRole('heading', { name: 'Nothing needs you' }).waitFor()
    await assertAccessible(page)
    await picture(page, 'now-calm')
    for (const { id } of device.phone.devices()) device.phone.unlink(id)
    const entry = page.getByRole('listitem').filter({ hasText: 'Logged out' })
    await entry.getByText('Counter').waitFor({ timeout: 20_000 })
    await assertAccessible(page)
    await assertFits(page)
    await picture(page, 'now')
    await entry.getByRole('link', { name: 'Open the device' }).click()
    await page.getByRole('heading', { name: 'Counter', level: 1 }).waitFor()
  })

  it('shows a customer his own, and nothing of anybody else', async () => {
    const { gateway } = story()
    const { key } = await gateway.createKey({ customer_name: 'Florist' })
    const page = await story().openAs(key, 'now')
    await page.getByRole('heading', { name: 'No devices yet' }).waitFor()
    assert.equal(await page.getByText('Counter').count(), 0)
    await assertAccessible(page)
  })
})
