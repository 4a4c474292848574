import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import { openReceiver } from '../../server/src/webhooks/testing.ts'
import {
  assertAccessible,
  assertFits,
  type ConsoleStory,
  describeInBrowser,
  openConsole,
  picture,
} from './open-console.ts'

describeInBrowser('the webhooks in the console', () => {
  let story: ConsoleStory
  before(async () => {
    story = await openConsole({ SWITCHBOARD_WEBHOOK_ALLOW_PRIVATE: 'true' })
  })
  after(async () => {
    await story.stop()
    story.assertNoFaults()
  })

  it('makes one, tests it, shows each attempt, redelivers, and checks a signature', async (t) => {
    const { gateway } = story
    const receiver = await openReceiver()
    t.after(() => receiver.close())
    const { key } = await gateway.createKey({ customer_name: 'Bakery' })
    await gateway.createDevice(key, 'Counter')
    const page = await story.openAs(key, 'webhooks')
    await page.getByRole('heading', { name: 'No webhook yet' }).waitFor()
    await assertAccessible(page)
    await picture(page, 'webhooks-empty')

    await page.getByRole('button', { name: 'New webhook' }).click()
    await page.getByRole('textbox', { name: 'Address' }).fill('ftp://nowhere.example')
    await page.getByRole('button', { name: 'Create' }).click()
    await page.getByRole('alert').waitFor()
    await page.getByRole('textbox', { name: 'Address' }).fill(receiver.url)
    await page.getByRole('button', { name: 'Create' }).click()
    await page.getByText('Copy the secret now.').waitFor()
    const secret = (await page.locator('dialog code').textContent()) ?? ''
    await page.getByRole('button', { name: 'Done' }).click()
    await assertAccessible(page)
    await picture(page, 'webhooks')
    await page.locator('tbody a').first().click()

    await page.getByRole('button', { name: 'Send a test' }).click()
    const [got] = await receiver.waitFor(1)
    const line = page.locator('.webhook-deliveries > li').first()
    await line.getByText('Delivered').waitFor()
    receiver.answer = (_request, response) => response.writeHead(503).end('not today')
    await line.locator('summary').click()
    await line.getByRole('button', { name: 'Deliver again' }).click()
    await receiver.waitFor(2)
    await line.getByText('not today').first().waitFor()
    await assertAccessible(page)
    await assertFits(page)
    await picture(page, 'webhook-deliveries')

    await page.getByRole('link', { name: 'Health' }).click()
    await page.getByRole('table', { name: /The endpoint took/ }).waitFor()
    await assertAccessible(page)
    await assertFits(page)
    await picture(page, 'webhook-health')

    await page.getByRole('link', { name: 'Signature check' }).click()
    await page.getByLabel('Secret').fill(secret)
    const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature']
    await page.getByLabel('Headers').fill(names.map((name) => `${name}: ${got!.headers[name]}`).join('\n'))
    await page.getByLabel('Body').fill(got!.raw.toString())
    await page.getByRole('button', { name: 'Check' }).click()
    await page.getByText('The signature is right: test.ping').waitFor()
    await page.getByLabel('Body').fill(`${got!.raw} `)
    await page.getByRole('button', { name: 'Check' }).click()
    await page.getByText(/The signature is wrong/).waitFor()
    await assertAccessible(page)
    await picture(page, 'webhook-check')

    await page.getByRole('link', { name: 'Settings', exact: true }).click()
    await page.getByRole('textbox', { name: 'Events' }).fill('message.received')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('status').getByText('Saved').waitFor()
    await page.getByRole('button', { name: 'New secret' }).click()
    await page.getByText('Copy the secret now.').waitFor()
    assert.notEqual(await page.locator('dialog code').textContent(), secret)
    await page.getByRole('button', { name: 'Done' }).click()
    await assertAccessible(page)
    await assertFits(page)
    await picture(page, 'webhook-settings')
    await page.getByRole('button', { name: 'Delete this webhook' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete this webhook' }).click()
    await page.getByRole('heading', { name: 'No webhook yet' }).waitFor()
  })
})
