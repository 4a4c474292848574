import assert from 'node:assert/strict'
import { before, it } from 'node:test'
import { BadLine } from '../../client/src/testing/bad-line.ts'
import {
  assertAccessible,
  assertFits,
  type ConsoleStory,
  describeInBrowser,
  openConsole,
  openedConsole,
  picture,
} from './open-console.ts'

describeInBrowser('the shell of the console', () => {
  const story = openedConsole(() => openConsole({ HTTP_BASE_URL: '/wa' }))
  let key: Awaited<ReturnType<ConsoleStory['gateway']['createKey']>>
  before(async () => {
    key = await story().gateway.createKey({ customer_name: 'Bakery' })
  })

  it('says why a credential is refused, and takes the right one', async () => {
    const page = await story().open()
    await assertAccessible(page)
    await assertFits(page)
    await picture(page, 'sign-in')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('Enter a credential.').waitFor()
    await page.getByLabel('Credential').fill('wrong')
    await page.keyboard.press('Enter')
    await page.locator('input[aria-invalid="true"]').waitFor()
    await assertAccessible(page)
    await page.getByLabel('Credential').fill(key.key)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Now', level: 1 }).waitFor()
    assert.doesNotMatch(String(await page.evaluate('JSON.stringify({ ...localStorage, ...sessionStorage })')), /wam_/)
  })

  it('shows each credential what it may see', async () => {
    const device = await story().gateway.createDevice(key.key, 'Counter')
    const operator = await story().openAs(story().adminSecret, 'devices')
    await operator.getByLabel('Customer').waitFor()
    await operator.getByLabel('Device', { exact: true }).waitFor()
    const customer = await story().openAs(key.key, 'devices')
    await customer.getByLabel('Device', { exact: true }).waitFor()
    assert.equal(await customer.getByLabel('Customer').count(), 0)
    assert.equal(await customer.getByRole('button', { name: 'Reconnect all' }).count(), 0)
    const own = await story().openAs(device.token, 'devices')
    await own.getByRole('heading', { name: 'Counter', level: 1 }).waitFor()
    assert.equal(await own.getByLabel('Device', { exact: true }).count(), 0)
  })

  it('keeps the session over a reload and at a deep address, and ends it', async () => {
    const page = await story().openAs(key.key, 'pair')
    await page.getByRole('heading', { name: 'Choose a device first' }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: 'Choose a device first' }).waitFor()
    await page.getByRole('button', { name: 'Settings of this page' }).click()
    await page.getByText('Bakery').first().waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  })

  it('shows the page to sign in when the session has ended elsewhere', async () => {
    const { key: shortLived, id } = await story().gateway.createKey()
    const page = await story().openAs(shortLived, 'devices')
    await page.getByRole('heading', { name: 'Devices', level: 1 }).waitFor()
    await story().gateway.admin.delete(`/admin/api-keys/${id}`)
    // Nobody has to touch the page: its feed ends with the key.
    await page.getByText('Your session has ended. Sign in again.').waitFor()
  })

  it('speaks German and goes dark, and remembers both', async () => {
    const german = await story().open('', { language: 'de-DE', colorScheme: 'dark' })
    await german.getByRole('heading', { name: 'Anmelden' }).waitFor()
    assert.equal(await german.locator('html').getAttribute('lang'), 'de')
    await assertAccessible(german)
    const page = await story().openAs(key.key, 'devices')
    await page.getByRole('button', { name: 'Settings of this page' }).click()
    await page.getByLabel('Language').selectOption('de')
    await page.getByRole('heading', { name: 'Geräte', level: 1 }).waitFor()
    await page.getByLabel('Darstellung').selectOption('dark')
    await page.reload()
    await page.getByRole('heading', { name: 'Geräte', level: 1 }).waitFor()
    assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark')
  })

  it('is used by the keyboard alone: skip link first, then the navigation', async () => {
    const page = await story().openAs(story().adminSecret, 'devices')
    await page.getByRole('heading', { name: 'Devices', level: 1 }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: 'Devices', level: 1 }).waitFor()
    await page.keyboard.press('Tab')
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Skip to the content')
    await page.keyboard.press('Enter')
    assert.equal(await page.evaluate('document.activeElement.tagName'), 'MAIN')
    assert.match(page.url(), /\/wa\/console\/devices$/)
  })

  it('opens its menu on a narrow screen', async () => {
    const page = await story().openAs(key.key, 'devices', { width: 360, height: 740 })
    await page.getByRole('button', { name: 'Menu' }).click()
    await picture(page, 'menu')
    await page.getByRole('dialog').getByRole('link', { name: 'Pair' }).click()
    await page.getByRole('heading', { name: 'Pair', level: 1 }).waitFor()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
  })

  it('says that its feed is dead, and catches up with what happened meanwhile', async () => {
    const device = await story().gateway.createDevice(key.key, 'Late')
    const line = await BadLine.start(new URL(story().gateway.api.url).origin)
    const address = `devices/${device.id}?device=${device.id}`
    const page = await story().openAs(key.key, address, { origin: `${line.url}/wa` })
    await page.getByText('Live', { exact: true }).waitFor()
    // Its code has to be here before the line is frozen.
    await page.getByRole('heading', { name: 'Late', level: 1 }).waitFor()
    line.freeze()
    line.fates.push(...Array(1000).fill('lost'))
    await page.getByText(/Live feed lost/).waitFor()
    await story().gateway.linkDevice(undefined, device)
    line.fates.length = 0
    await page.getByText('Live', { exact: true }).waitFor()
    await page.getByText('Connected').first().waitFor()
    await page.close()
    await line.stop()
  })
})
