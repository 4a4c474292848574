import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import {
  assertAccessible,
  assertFits,
  type ConsoleStory,
  describeInBrowser,
  openConsole,
  picture,
} from './open-console.ts'

describeInBrowser('what the operator manages in the console', () => {
  let story: ConsoleStory
  before(async () => {
    story = await openConsole()
  })
  after(async () => {
    await story.stop()
    story.assertNoFaults()
  })

  it('makes a customer, changes its quotas, replaces its key, deletes it, and notes all of it', async () => {
    const { gateway } = story
    const page = await story.openAs(story.adminSecret, 'customers')
    await page.getByRole('heading', { name: 'No customer yet' }).waitFor()
    await picture(page, 'customers-empty')
    await page.getByRole('button', { name: 'New customer' }).click()
    await page.getByLabel('Name').fill('Bakery')
    await page.getByRole('button', { name: 'Create' }).click()
    await page.getByText('Copy the key now.').waitFor()
    const first = (await page.locator('dialog code').textContent()) ?? ''
    await assertAccessible(page)
    await page.getByRole('button', { name: 'Done' }).click()
    await gateway.api.with({ 'x-api-key': first }).get('/devices')

    const row = page.locator('tbody tr[data-at]').first()
    await row.getByText('Bakery').waitFor()
    await assertAccessible(page)
    await assertFits(page)
    await picture(page, 'customers')
    await row.focus()
    await page.keyboard.press('Enter')
    await page.getByLabel('Devices at most').fill('3')
    await page.getByLabel('Requests an hour').fill('500')
    await assertAccessible(page)
    await picture(page, 'customer')
    await page.getByRole('button', { name: 'Save' }).click()
    await row.getByText('0 of 3').waitFor()

    await row.click()
    await page.getByRole('button', { name: 'New key' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'New key' }).click()
    await page.getByText('Copy the key now.').waitFor()
    const second = (await page.locator('dialog code').textContent()) ?? ''
    assert.notEqual(second, first)
    await page.getByRole('button', { name: 'Done' }).click()
    await gateway.api.with({ 'x-api-key': first }).refuses('unauthorized', 'GET', '/devices')
    await gateway.api.with({ 'x-api-key': second }).get('/devices')

    await row.click()
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    const really = page.getByRole('dialog').getByRole('button', { name: 'Delete' })
    assert.equal(await really.isDisabled(), true)
    await page.getByLabel('Type Bakery to confirm').fill('Bakery')
    await really.click()
    await page.getByRole('heading', { name: 'No customer yet' }).waitFor()

    await page.getByRole('link', { name: 'Audit' }).click()
    await page.getByText('api_key.deleted').waitFor()
    await page.getByLabel('What begins with').fill('api_key.rotated')
    await page.getByText('api_key.deleted').waitFor({ state: 'detached' })
    await page.getByText('api_key.rotated').first().waitFor()
    await assertAccessible(page)
    await assertFits(page)
    await picture(page, 'audit')
    await page.waitForURL(/action=api_key\.rotated/)
    await page.locator('tbody tr[data-at]').first().focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').getByText('From address').waitFor()
    await assertAccessible(page)
    await assertFits(page)
    await picture(page, 'audit-entry')
    assert.equal((await page.content()).includes(second), false)
  })

  it('shows settings with their sources, and no secret', async () => {
    const page = await story.openAs(story.adminSecret, 'system')
    const line = page.locator('.system-settings li').filter({ hasText: 'ADMIN_SECRET_KEYSecret' })
    await line.waitFor()
    assert.match((await line.textContent()) ?? '', /set/)
    assert.equal((await page.content()).includes(story.adminSecret), false)
    await page.getByLabel('Search').fill('SERVER_PORT')
    await page.getByText('SERVER_PORT', { exact: true }).waitFor()
    await assertAccessible(page)
    await assertFits(page)
    await page.getByLabel('Search').fill('')
    await picture(page, 'system')
  })

  it('is not there for a customer', async () => {
    const { key } = await story.gateway.createKey({ customer_name: 'Florist' })
    const page = await story.openAs(key, 'system')
    await page.getByText('There is no such page').waitFor()
    assert.equal(await page.getByRole('link', { name: 'Customers' }).count(), 0)
    await page.getByRole('link', { name: 'Audit' }).click()
    await page.getByText('api_key.created').waitFor()
  })
})
