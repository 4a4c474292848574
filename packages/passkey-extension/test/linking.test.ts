import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Phone, Sandbox } from '@switchboard/sandbox'
import type { Page } from 'playwright-core'
import { startTestGateway, type TestDevice, type TestGateway } from '../../server/src/testing/start-test-gateway.ts'
import { TestClock } from '../../server/src/testing/test-clock.ts'
import { type Chromium, noChromium, openChromium } from './open-chromium.ts'

describe('the page of a pairing link, with an account that asks for its passkey', { skip: noChromium }, () => {
  const clock = new TestClock()
  /** Its server stands for web.whatsapp.com. */
  let whatsapp: Sandbox
  let gateway: TestGateway
  let chromium: Chromium

  before(async () => {
    whatsapp = await Sandbox.start({ seed: 1, tls: true })
    gateway = await startTestGateway({ sandbox: true, clock })
    chromium = await openChromium(whatsapp)
  })
  after(async () => {
    await chromium?.close()
    await gateway?.stop()
    await whatsapp?.stop()
  })

  const kindIs = (page: Page, kind: string) => page.waitForSelector(`main[data-kind=${kind}]`)

  interface Begun {
    readonly device: TestDevice
    readonly phone: Phone
    readonly page: Page
    readonly scan: Promise<unknown>
  }

  /** Somebody opened the link, and their phone has scanned the code. */
  async function scanned(name: string): Promise<Begun> {
    const device = await gateway.createDevice()
    const phone = await gateway.phone(name)
    phone.passkey.make()
    const page = await chromium.pageOf(phone)
    const { url } = await device.api.post<{ url: string }>('/devices/me/pairing-links', {})
    await page.goto(url)
    await page.getByText('This browser is ready for accounts with a passkey.').waitFor()
    await page.getByRole('button', { name: 'Show the code' }).click()
    await kindIs(page, 'qr')
    const { qr_text } = await device.api.post<{ qr_text: string }>('/devices/me/login')
    const scan = phone.scan(qr_text)
    scan.catch(() => undefined)
    await kindIs(page, 'passkey')
    return { device, phone, page, scan }
  }

  const signOnWhatsApp = async (page: Page) => {
    await page.getByRole('button', { name: 'Continue on WhatsApp' }).click()
    await page.waitForURL('https://web.whatsapp.com/')
    await page.keyboard.press('Enter')
  }

  it('leads to WhatsApp and back, and links the device', async () => {
    const { device, page, scan } = await scanned('Ana')
    await signOnWhatsApp(page)
    await kindIs(page, 'linked')
    assert.equal(new URL(page.url()).hash, '')
    await scan
    await gateway.connected(device)
    await page.close()
  })

  it('takes what somebody signed by hand in the console of a page of WhatsApp, and says what is wrong with another text', async () => {
    const { device, page, scan } = await scanned('Bea')
    await page.getByText('Without the extension').click()
    const text = await page.getByLabel('Text for the console').inputValue()
    const link = page.url()
    await page.goto('https://web.whatsapp.com/')
    const said = page.waitForEvent('console')
    await page.evaluate(`void ${text}`)
    await page.mouse.click(5, 5)
    const line = (await said).text()
    const send = async (signed: string) => {
      await page.getByText('Without the extension').click()
      await page.getByLabel('Line from the console').fill(signed)
      await page.getByRole('button', { name: 'Send' }).click()
    }
    await page.goto(link)
    await send('{"type":"public-key"}')
    await page.getByText('This is not what the passkey signed for this page.').waitFor()
    await page.getByRole('button', { name: 'Try again' }).click()
    await kindIs(page, 'passkey')
    await send(line)
    await kindIs(page, 'linked')
    await scan
    await gateway.connected(device)
    await page.close()
  })

  for (const [answer, kind] of [
    ['Yes, the same code', 'linked'],
    ['No, another one', 'failed'],
  ] as const) {
    it(`asks for the code on the phone when signing took long, and is ${kind} after "${answer}"`, async () => {
      const { phone, page } = await scanned(kind)
      clock.set(5 * 60_000 + 1)
      await signOnWhatsApp(page)
      await kindIs(page, 'compare')
      const shown = String((await phone.until.event('phone.passkey_code')).data['code'])
      await page.getByText(shown).waitFor()
      await page.getByRole('button', { name: answer }).click()
      await kindIs(page, kind)
      await page.close()
    })
  }
})
