import assert from 'node:assert/strict'
import { it } from 'node:test'
import { photo } from '../../server/src/media/convert/testing/samples.ts'
import { until } from '../../server/src/testing/until.ts'
import { assertAccessible, assertFits, describeInBrowser, openedConsole, picture } from './open-console.ts'

interface Upload {
  readonly name: string
  readonly mimeType: string
  readonly buffer: Buffer
}

describeInBrowser('the inbox in the console', () => {
  const story = openedConsole()

  it('shows what comes in at once, and sends by the keyboard alone: the page says when it is read', async () => {
    const { gateway } = story()
    const { key } = await gateway.createKey({ customer_name: 'Bakery' })
    const device = await gateway.linkDevice(await gateway.phone('Counter'), await gateway.createDevice(key, 'Counter'))
    const ana = await gateway.phone('Ana')
    const page = await story().openAs(key, `inbox?device=${device.id}`)
    await page.getByRole('heading', { name: 'No chats yet' }).waitFor()
    await assertAccessible(page)
    await picture(page, 'inbox-empty')
    await page.getByText('Live', { exact: true }).waitFor()
    await ana.send(device.phone.id, { text: 'مرحبا, two loaves please' })
    const chat = page.getByRole('navigation', { name: 'Chats' }).getByRole('link')
    await chat.getByText('two loaves').waitFor()
    await chat.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('log').getByText('two loaves').waitFor()
    for (let tries = 0; (await page.evaluate('document.activeElement.tagName')) !== 'TEXTAREA'; tries++) {
      assert.ok(tries < 40, 'Tab reaches the place to write')
      await page.keyboard.press('Tab')
    }
    await page.keyboard.type('They are ready')
    await page.keyboard.press('Enter')
    const { id } = await ana.until.message(
      ({ message }) =>
        message.conversation === 'They are ready' || message.extendedTextMessage?.text === 'They are ready',
    )
    const own = page.getByRole('article', { name: 'You' })
    await own.getByText('Delivered').waitFor()
    await ana.readByIds([id])
    await own.getByText('Read', { exact: true }).waitFor()
    await assertAccessible(page)
    await assertFits(page)
    await picture(page, 'inbox')
    await own.getByRole('button', { name: 'Details' }).click()
    await page.getByRole('dialog').getByRole('listitem').getByText('Read', { exact: true }).waitFor()
    await assertAccessible(page)
    await picture(page, 'inbox-details')
  })

  it('answers, reacts, and sends a file to a new number', async () => {
    const { gateway } = story()
    const device = await gateway.linkDevice()
    const bob = await gateway.phone('Bob')
    await bob.send(device.phone.id, { text: 'Is it open?' })
    const page = await story().openAs(device.token, 'inbox')
    await page.getByRole('navigation', { name: 'Chats' }).getByRole('link').click()
    const question = page.getByRole('article', { name: 'Bob' })
    await question.getByRole('button', { name: 'React with 👍' }).click()
    await question.locator('.bubble-reactions').waitFor()
    await question.getByRole('button', { name: 'Reply' }).click()
    await page.getByLabel('Message', { exact: true }).fill('Yes')
    await page.getByRole('button', { name: 'Send' }).click()
    const answer = await bob.until.message(({ message }) => message.extendedTextMessage?.text === 'Yes')
    assert.equal(
      answer.message.extendedTextMessage?.contextInfo?.quotedMessage?.conversation ?? 'Is it open?',
      'Is it open?',
    )

    const carl = await gateway.phone('Carl')
    await page.getByRole('button', { name: 'New chat' }).click()
    await page.getByLabel('Phone number or address').fill(`+${carl.id}`)
    await page.getByRole('button', { name: 'Open' }).click()
    const buffer = await photo({ width: 300, height: 200 })
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'cake.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(buffer) })
    await page.getByLabel('Message', { exact: true }).fill('Our cake')
    await page.keyboard.press('Enter')
    await carl.until.message(({ message }) => message.imageMessage?.caption === 'Our cake')
    await until('the picture is shown', () => page.locator('.bubble-picture').isVisible())
    await assertAccessible(page)
    await picture(page, 'inbox-picture')
  })

  it('sends every other kind of message by a form', async () => {
    const { gateway } = story()
    const device = await gateway.linkDevice()
    const dora = await gateway.phone('Dora')
    const page = await story().openAs(device.token, `inbox/${dora.id}`)
    const dialog = page.getByRole('dialog')
    const send = async (kind: string, fields: Readonly<Record<string, string>>, file?: Upload) => {
      await page.getByRole('button', { name: 'Another kind of message' }).click()
      await dialog.getByLabel('Kind').selectOption(kind)
      for (const [label, value] of Object.entries(fields)) await dialog.getByLabel(label).fill(value)
      if (file) await dialog.getByLabel('File').setInputFiles(file)
      await dialog.getByRole('button', { name: 'Send' }).click()
      await dialog.waitFor({ state: 'detached' })
    }
    await page.getByRole('button', { name: 'Another kind of message' }).click()
    await assertAccessible(page)
    await picture(page, 'inbox-kinds')
    await dialog.getByRole('button', { name: 'Cancel' }).click()

    await send('location', { Latitude: '52.516275', Longitude: '13.377704', Name: 'Gate' })
    await dora.until.message(({ message }) => message.locationMessage?.degreesLatitude === 52.516275)
    await send('contact', { Name: 'Ada', 'Phone number': '+4917012345678' })
    await dora.until.message(({ message }) => message.contactMessage?.displayName === 'Ada')
    await send('poll', { Question: 'When?', 'Answers, one in a line': 'Monday\nTuesday' })
    await dora.until.message(({ kind, message }) => /poll/i.test(`${kind} ${Object.keys(message)}`))
    await send('event', { Name: 'Tasting', Begins: '2030-05-01T18:00' })
    await dora.until.message(({ kind, message }) => /event/i.test(`${kind} ${Object.keys(message)}`))
    await send('link', { Link: 'https://bakery.example/menu', Text: 'The menu' })
    await dora.until.message(({ text }) => text === 'The menu https://bakery.example/menu')
    const buffer = Buffer.from(await photo({ width: 512, height: 512 }))
    await send('sticker', {}, { name: 'cake.png', mimeType: 'image/jpeg', buffer })
    await dora.until.message(({ kind, message }) => /sticker/i.test(`${kind} ${Object.keys(message)}`))
    assert.equal(await page.locator('.failure').count(), 0)
  })
})
