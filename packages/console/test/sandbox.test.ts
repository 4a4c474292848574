import assert from 'node:assert/strict'
import { after, it } from 'node:test'
import { Sandbox } from '@switchboard/sandbox'
import { until } from '../../server/src/testing/until.ts'
import { assertAccessible, assertFits, describeInBrowser, openConsole, openedConsole, picture } from './open-console.ts'

describeInBrowser('the sandbox in the console', () => {
  let sandbox: Sandbox
  const story = openedConsole(async () => {
    sandbox = await Sandbox.start({ seed: 1, control: true })
    return openConsole({ SWITCHBOARD_SANDBOX_URL: `http://127.0.0.1:${sandbox.server.port}` }, sandbox)
  })
  after(async () => {
    await sandbox.stop()
  })

  it('adds phones, links a device, writes, reads, and drops, bans and renumbers', async () => {
    const { gateway } = story()
    const page = await story().openAs(story().adminSecret, 'sandbox')
    await page.getByRole('heading', { name: 'No phone yet' }).waitFor()
    await picture(page, 'sandbox-empty')
    for (const name of ['Ana', 'Bob', 'Cleo']) {
      await page.getByRole('button', { name: 'New phone' }).click()
      await page.getByLabel('Name').fill(name)
      await page.getByRole('button', { name: 'Add', exact: true }).click()
      await page.getByRole('region', { name }).waitFor()
    }
    await page.getByRole('button', { name: 'Cleo' }).click()
    const ana = page.getByRole('region', { name: 'Ana' })
    const bob = page.getByRole('region', { name: 'Bob' })

    const device = await gateway.createDevice()
    const { qr_text: qr } = await device.api.post<{ qr_text: string }>('/devices/me/login?output=json')
    await ana.getByText(/^Linked devices/).click()
    await ana.getByLabel('Text of the QR code').fill(qr)
    await ana.getByRole('button', { name: 'Link', exact: true }).click()
    await gateway.connected(device)
    await ana.getByRole('button', { name: 'Drop the connection' }).waitFor()

    await bob.getByLabel('Message', { exact: true }).fill('Are you open?')
    await bob.getByRole('button', { name: 'Send' }).click()
    await ana.getByText('Are you open?').waitFor()
    const got = async () => (await device.api.get<{ events: { event_type: string }[] }>('/events?limit=1000')).events
    await until('the device got it', async () =>
      (await got()).some((event) => JSON.stringify(event).includes('Are you open?')),
    )
    const phones = await fetch(`http://127.0.0.1:${sandbox.server.port}/phones`)
    const known = (await phones.json()) as { name: string; phone: string }[]
    const { phone: number } = known.find(({ name }) => name === 'Bob')!
    await device.api.post(`/chats/${number}/messages`, { text: 'Until six' })
    await bob.getByText('Until six').waitFor()
    await bob.getByLabel('Message', { exact: true }).fill('Thank you')
    await bob.getByRole('button', { name: 'Send' }).click()
    await bob
      .locator('li')
      .filter({ hasText: 'Thank you' })
      .getByText(/delivered/)
      .waitFor()
    await bob.getByRole('button', { name: 'Read all' }).click()
    await until('the device knows that it was read', async () =>
      (await got()).some(({ event_type: type }) => type === 'message.read'),
    )
    await assertAccessible(page)
    await assertFits(page)
    await picture(page, 'sandbox')

    await ana.getByRole('button', { name: 'Drop the connection' }).click()
    await until('the device has lost it', async () =>
      (await got()).some(({ event_type: type }) => type === 'connection.disconnected'),
    )
    await gateway.connected(device)
    await ana.getByRole('button', { name: 'Ban for a minute' }).click()
    await until('the device is banned', async () =>
      (await got()).some(({ event_type: type }) => type === 'connection.temporary_ban'),
    )
    await bob.getByText('Change number').first().click()
    await bob.getByLabel('New number').fill('+49 170 5550199')
    await bob.getByRole('button', { name: 'Change number' }).click()
    await bob.getByText('+491705550199').waitFor()
    await page.getByText('Nothing.').waitFor()
    assert.equal(await page.locator('.failure').count(), 0)
  })

  it('links a device with a phone that scans at the press of a button, and with a code', async () => {
    const { gateway } = story()
    const { key } = await gateway.createKey({ customer_name: 'Mill' })
    const scanned = await gateway.createDevice(key, 'Scanned')
    const page = await story().openAs(story().adminSecret, `pair?device=${scanned.id}`)
    await page.getByRole('button', { name: 'Show the QR code' }).click()
    await page.getByRole('button', { name: 'Copy the text of the code' }).waitFor()
    await page.getByRole('button', { name: 'Scan with Cleo' }).waitFor()
    await assertAccessible(page)
    await assertFits(page)
    await picture(page, 'pair-sandbox')
    await page.getByRole('button', { name: 'Scan with Cleo' }).click()
    await page.getByText(/^The device is linked with Cleo/).waitFor()

    const phones = (await (await fetch(`http://127.0.0.1:${sandbox.server.port}/phones`)).json()) as {
      id: string
      name: string
      phone: string
    }[]
    const { id, phone } = phones.find(({ name }) => name === 'Cleo')!
    const typed = await gateway.createDevice(key, 'Typed')
    const { pair_code: code } = await typed.api.post<{ pair_code: string }>('/devices/me/login-code', { phone })
    await page.goto(page.url().replace(/console\/.*/, `console/sandbox?phones=${id}`))
    const cleo = page.getByRole('region', { name: 'Cleo' })
    await cleo.getByText(/^Linked devices/).click()
    await cleo.getByLabel('Pairing code').fill(code)
    await cleo.getByRole('button', { name: 'Enter the code' }).click()
    await gateway.connected(typed)
    await assertAccessible(page)
  })

  it('is not there for a customer', async () => {
    const { key } = await story().gateway.createKey({ customer_name: 'Bakery' })
    const page = await story().openAs(key, 'sandbox')
    await page.getByText('There is no such page').waitFor()
  })
})
