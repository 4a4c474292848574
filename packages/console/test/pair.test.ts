import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Page } from 'playwright-core'
import { until } from '../../server/src/testing/until.ts'
import {
  assertAccessible,
  assertFits,
  type ConsoleStory,
  describeInBrowser,
  openedConsole,
  picture,
} from './open-console.ts'

describeInBrowser('pairing in the console', () => {
  const story = openedConsole()

  /** What the picture on the page encodes: the server shows the same to whoever asks now. */
  const textOfCode = async (page: Page, device: { api: { post: ConsoleStory['gateway']['api']['post'] } }) => {
    const shown = await page.getByRole('img', { name: /QR code/ }).getAttribute('src')
    const now = await device.api.post<{ qr_code: string; qr_text: string }>('/devices/me/login')
    assert.equal(shown, now.qr_code, 'the page shows the current code')
    return now.qr_text
  }

  it('shows a code, and says that it is linked when the phone has scanned it: by the keyboard alone', async () => {
    const { gateway } = story()
    const { key } = await gateway.createKey()
    const device = await gateway.createDevice(key, 'Counter')
    const page = await story().openAs(key, 'pair')
    // The keyboard reaches the device, then the code.
    const press = async (wanted: string): Promise<void> => {
      for (let tries = 0; tries < 40; tries++) {
        await page.keyboard.press('Tab')
        if ((await page.evaluate('document.activeElement.textContent')) === wanted) return page.keyboard.press('Enter')
      }
      assert.fail(`Tab never reaches ${wanted}`)
    }
    await page.getByRole('button', { name: 'Counter' }).waitFor()
    await press('Counter')
    await page.getByRole('button', { name: 'Show the QR code' }).waitFor()
    await assertAccessible(page)
    await press('Show the QR code')
    await page.getByText(/The next code comes in \d+ s/).waitFor()
    await assertAccessible(page)
    await assertFits(page)
    await picture(page, 'pair')
    const phone = await gateway.phone('Ana')
    await phone.scan(await textOfCode(page, device))
    await page.getByText(/^The device is linked with Ana/).waitFor()
    await assertAccessible(page)
    await picture(page, 'pair-done')
    assert.equal((await device.api.get<{ connected: boolean }>('/devices/me/status')).connected, true)
  })

  it('gives a code for a number, which links the phone that has it', async () => {
    const { gateway } = story()
    const device = await gateway.createDevice()
    const phone = await gateway.phone('Bea')
    const page = await story().openAs(device.token, 'pair?by=code')
    await page.getByLabel('Phone number').fill('abc')
    await page.getByRole('button', { name: 'Get a code' }).click()
    await page.getByRole('alert').waitFor()
    await page.getByLabel('Phone number').fill(phone.id)
    await page.getByRole('button', { name: 'Get a code' }).click()
    const code = (await page.locator('output').textContent()) ?? ''
    assert.match(code, /^[0-9A-Z]{4}-[0-9A-Z]{4}$/)
    await assertAccessible(page)
    await picture(page, 'pair-code')
    await phone.enterLinkCode(code)
    await page.getByText(`The device is linked with +${phone.id}`).waitFor()
  })

  it('leads to the page for the passkey of the account, and lets the code be compared', async () => {
    const { gateway } = story()
    const { key } = await gateway.createKey()
    const device = await gateway.createDevice(key, 'Safe')
    const phone = await gateway.phone('Vera')
    phone.passkey.make()
    const page = await story().openAs(key, `pair?device=${device.id}`)
    await page.getByRole('button', { name: 'Show the QR code' }).click()
    await page.getByText(/The next code comes in/).waitFor()
    const scan = phone.scan(await textOfCode(page, device))
    scan.catch(() => undefined)
    await page.getByRole('heading', { name: 'WhatsApp asks for the passkey' }).waitFor()
    await assertAccessible(page)
    await page.getByRole('button', { name: 'Make the link' }).click()
    const url = (await page.getByRole('link', { name: 'Open the page' }).getAttribute('href')) ?? ''
    await assertFits(page)
    await picture(page, 'pair-passkey')
    const customer = await story().openUrl(url)
    await customer.getByRole('heading', { name: 'Confirm with your passkey' }).waitFor()
    await customer.close()
    const { public_key } = await device.api.get<{ public_key: { challenge: string } }>('/devices/me/login/passkey')
    const credential = phone.passkey.sign(public_key.challenge)
    await device.api.post('/devices/me/login/passkey/response', { credential })
    await page.getByText(/^The device is linked with Vera/).waitFor()
    await scan
  })

  it('makes a link with which somebody else links the device', async () => {
    const { gateway } = story()
    const { key } = await gateway.createKey()
    const device = await gateway.createDevice(key, 'Far away')
    const page = await story().openAs(key, `pair?device=${device.id}`)
    await page.getByRole('button', { name: 'Customer link' }).click()
    await assertAccessible(page)
    await page.getByRole('button', { name: 'Make the link' }).click()
    const url = (await page.getByRole('dialog').locator('code').textContent()) ?? ''
    await assertFits(page)
    await picture(page, 'pair-link')
    const customer = await story().openUrl(url)
    await customer.getByRole('button', { name: 'Show the code' }).click()
    await customer.getByRole('img').waitFor()
    await page.getByRole('button', { name: 'Close' }).last().click()
    const { qr_text } = await device.api.post<{ qr_text: string }>('/devices/me/login')
    await (await gateway.phone('Dora')).scan(qr_text)
    await page.getByText(/^The device is linked with Dora/).waitFor()
  })

  it('says why linking ended', async () => {
    const { gateway } = story()
    const { key } = await gateway.createKey()
    const device = await gateway.linkDevice(await gateway.phone('Cleo'), await gateway.createDevice(key, 'Lost'))
    for (const { id } of device.phone.devices()) device.phone.unlink(id)
    await until(
      'it is off',
      async () => (await device.api.get<{ state: string }>('/devices/me/status')).state !== 'open',
    )
    const page = await story().openAs(key, `pair?device=${device.id}`)
    await page.getByText('Linking ended').waitFor()
    await assertAccessible(page)
    await picture(page, 'pair-ended')
  })
})
