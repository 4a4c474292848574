import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Page } from 'playwright-core'
import { until } from '../../server/src/testing/until.ts'
import { assertAccessible, assertFits, describeInBrowser, openedConsole, picture } from './open-console.ts'

/** What the rows say that a reader sees now. A gap would be an empty one, or none. */
const rowsInView = (page: Page): Promise<string[]> =>
  page.evaluate(`(() => {
    const box = document.querySelector('.table-box').getBoundingClientRect()
    const top = box.top + document.querySelector('thead').offsetHeight
    const texts = []
    for (let y = top + 10; y < Math.min(box.bottom, innerHeight) - 10; y += 29)
      texts.push(document.elementFromPoint(box.left + 40, y)?.closest('tr')?.textContent ?? '')
    return texts
  })()`)

describeInBrowser('the devices in the console', () => {
  const story = openedConsole()

  it('lists them with state and next step, filters, and opens one by the keyboard', async () => {
    const { gateway } = story()
    const { key } = await gateway.createKey({ customer_name: 'Bakery' })
    await gateway.createDevice(key, 'Warehouse')
    await gateway.linkDevice(await gateway.phone('Ana'), await gateway.createDevice(key, 'Counter'))
    await gateway.createDevice((await gateway.createKey({ customer_name: 'حسن للتجارة' })).key, 'متجر')
    const page = await story().openAs(story().adminSecret, 'devices')
    const rows = page.locator('tbody tr[data-at]')
    await rows.nth(2).waitFor()
    await assertAccessible(page)
    await assertFits(page)
    await picture(page, 'devices')
    await page.getByRole('button', { name: /^Connected/ }).click()
    await until('the others are gone', async () => (await rows.count()) === 1)
    await page.waitForURL(/show=active/)
    assert.equal(await rows.count(), 1)
    assert.match((await rows.first().textContent()) ?? '', /Counter.*Bakery.*Connected/)
    await page.getByRole('button', { name: /^All/ }).click()
    await page.getByLabel('Search').fill('ware')
    await until(
      'the other is gone',
      async () => (await rows.count()) === 1 && (await rows.first().textContent())?.includes('Warehouse'),
    )
    await page.getByLabel('Search').fill('nothing like it')
    await page.getByRole('heading', { name: 'No device matches' }).waitFor()
    await page.getByRole('button', { name: 'Show all devices' }).click()
    await rows.nth(2).waitFor()
    await rows.first().focus()
    await page.keyboard.press('End')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Warehouse', level: 1 }).waitFor()
  })

  it('has the device’s facts, its past, its settings, and what cannot be taken back', async () => {
    const { gateway } = story()
    const { key } = await gateway.createKey({ customer_name: 'Florist' })
    const device = await gateway.linkDevice(await gateway.phone('Bea'), await gateway.createDevice(key, 'Roses'))
    const page = await story().openAs(key, `devices/${device.id}`)
    await page.getByText('Connected').first().waitFor()
    await page.getByText(device.id).waitFor()
    await assertAccessible(page)
    await picture(page, 'device')
    await page.getByRole('link', { name: 'Timeline' }).click()
    await page.getByText('Linked').first().waitFor()
    await assertAccessible(page)
    await picture(page, 'device-timeline')

    await page.getByRole('link', { name: 'Safety' }).click()
    await page.getByText('The link is young').waitFor()
    await page.getByLabel('New people a day').fill('20')
    await page.getByLabel('Warm-up of a new link').selectOption('careful')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('status').getByText('Saved').waitFor()
    const rules = await device.api.get<Record<string, unknown>>('/devices/me/send-limits')
    assert.deepEqual([rules['warm_up'], rules['daily_new_contacts'], rules['auto_pause']], ['careful', 20, null])
    const jid = gateway.services.sessions.account(device.id)!.jid
    await gateway.sandbox!.fault.apply({ device: jid, action: { kind: 'reach-out-timelock', seconds: 3600 } })
    await page.getByText('Nobody new', { exact: true }).waitFor()
    await page.getByText('In danger', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByText('on request').waitFor()
    const friend = await gateway.phone('Waits')
    await device.api.post(`/chats/${friend.id}/messages`, { text: 'held' })
    await page.getByRole('link', { name: '1 waiting' }).waitFor()
    await assertAccessible(page)
    await assertFits(page)
    await picture(page, 'device-safety')
    await page.getByRole('button', { name: 'Resume' }).click()
    await page.getByText('The device sends.').waitFor()
    gateway.sandbox!.fault.clear()
    await device.api.patch('/devices/me/send-limits', { warm_up: null, daily_new_contacts: null })

    await page.getByRole('link', { name: 'Settings', exact: true }).click()
    await page.getByLabel('Messages a day').fill('25')
    await page.getByLabel('Time zone').fill('Europe/Berlin')
    await page.getByRole('button', { name: 'Save' }).nth(1).click()
    // The note that something was saved may still be that of the other page.
    const limit = await until('the limit is stored', async () => {
      const limits = await device.api.get<{ daily_limit: unknown }>('/devices/me/send-limits')
      return limits.daily_limit ?? undefined
    })
    assert.deepEqual(limit, { messages: 25, time_zone: 'Europe/Berlin' })
    await page.getByRole('status').getByText('Saved').last().waitFor()
    await page.getByLabel('Address of the proxy').fill('nonsense')
    await page.getByRole('button', { name: 'Save' }).first().click()
    await page
      .getByRole('alert')
      .getByText(/proxy_url must be like/)
      .waitFor()
    await assertAccessible(page)
    await assertFits(page)
    await picture(page, 'device-settings')

    await page.getByRole('link', { name: 'Danger zone' }).click()
    await picture(page, 'device-danger')
    await page.getByRole('button', { name: 'Unlink' }).click()
    await assertAccessible(page)
    await page.getByRole('dialog').getByRole('button', { name: 'Unlink' }).click()
    await until('the phone shows no device', () => device.phone.devices().length === 0)
    await page.getByRole('button', { name: 'Delete for good' }).click()
    const really = page.getByRole('dialog').getByRole('button', { name: 'Delete for good' })
    assert.equal(await really.isDisabled(), true)
    await page.getByLabel('Type Roses to confirm').fill('Roses')
    await really.click()
    await page.getByRole('heading', { name: 'No devices yet' }).waitFor()
    await device.api.refuses('unauthorized', 'GET', '/devices/me')
  })

  it('offers an access key what its scopes allow, and says what is missing', async () => {
    const { key, api } = await story().gateway.createKey({ customer_name: 'Dairy' })
    const { id } = await story().gateway.createDevice(key, 'Milk')
    const { secret } = await api.post<{ secret: string }>('/access-keys', { label: 'Reporting', scopes: ['read'] })
    const page = await story().openAs(secret, 'devices')
    await page.locator('tbody tr[data-at]').filter({ hasText: 'Milk' }).waitFor()
    assert.equal(await page.getByRole('button', { name: 'New device' }).count(), 0)
    for (const name of ['Pair', 'Webhooks', 'Chatwoot', 'Access keys'])
      assert.equal(await page.getByRole('link', { name, exact: true }).count(), 0, name)
    await page.locator('tbody a').first().click()
    await page.getByText('This access key has no scope admin.').waitFor()
    assert.equal(await page.getByRole('link', { name: 'Settings' }).count(), 0)
    await assertAccessible(page)
    await assertFits(page)
    await picture(page, 'device-read-only')
    await page.goto(page.url().replace(/console\/.*/, `console/webhooks?device=${id}`))
    await page.getByRole('heading', { name: 'Not allowed' }).waitFor()
  })

  it('creates one, shows its secrets once, and reconnects all that are offline', async () => {
    const { gateway } = story()
    const { key, api } = await gateway.createKey({ customer_name: 'Butcher' })
    const page = await story().openAs(key, 'devices')
    await page.getByRole('heading', { name: 'No devices yet' }).waitFor()
    await picture(page, 'devices-empty')
    await page.getByRole('button', { name: 'New device' }).first().click()
    await page.getByLabel('Name').fill('Sausages')
    await page.getByRole('button', { name: 'Create' }).click()
    await page.getByText('Copy these now.').waitFor()
    await assertAccessible(page)
    await picture(page, 'device-created')
    // One slip loses nothing, and the list behind it has the device already.
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await page.getByText('Copy these now.').waitFor()
    await page.locator('tbody tr[data-at]').filter({ hasText: 'Sausages' }).waitFor()
    assert.equal(await page.locator('tbody').getByText('Link it with a phone').getAttribute('tabindex'), '-1')
    const { devices } = await api.get<{ devices: { device_name: string }[] }>('/devices')
    assert.deepEqual(
      devices.map((device) => device.device_name),
      ['Sausages'],
    )
    await page.getByRole('link', { name: 'Link it now' }).click()
    await page.getByRole('heading', { name: 'Pair a phone' }).waitFor()

    const operator = await story().openAs(story().adminSecret, 'devices')
    await operator.getByRole('button', { name: 'Reconnect all' }).click()
    await operator.getByRole('dialog').getByRole('button', { name: 'Reconnect' }).click()
    await operator
      .getByRole('status')
      .getByText(/No device is offline|connected again/)
      .waitFor()
  })

  it('shows ten thousand rows without a gap', { timeout: 110_000 }, async () => {
    const { gateway } = story()
    const { id, key } = await gateway.createKey({ customer_name: 'Many', max_devices: 20_000 })
    const { devices } = gateway.services.tenants
    for (let first = 0; first < 10_000; first += 500)
      await Promise.all(Array.from({ length: 500 }, (_, at) => devices.create(id, `Till ${first + at}`)))
    const page = await story().openAs(key, 'devices')
    await page.locator('tbody tr[data-at="0"] strong').waitFor()
    await page.getByRole('table').and(page.locator('[aria-rowcount="10001"]')).waitFor()
    for (const part of [0.001, 0.03, 0.1, 0.02]) {
      await page.evaluate(
        `document.querySelector('.table-box').scrollTop = document.querySelector('.table-box').scrollHeight * ${part}`,
      )
      await until('every row in view is filled', async () =>
        (await rowsInView(page)).every((text) => text.includes('Till')),
      )
    }
    // From the first to the last: pages are loaded on the way.
    await page.locator('tbody tr[data-at]').first().focus()
    await page.keyboard.press('End')
    await until('the last row is there', async () => (await rowsInView(page)).at(-1)?.includes('Till') ?? false, 60_000)
    assert.equal(await page.evaluate('document.activeElement.getAttribute("aria-rowindex")'), '10001')
  })
})
