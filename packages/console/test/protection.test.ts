import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { it } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { until } from '../../server/src/testing/until.ts'
import { assertAccessible, assertFits, describeInBrowser, openedConsole, picture } from './open-console.ts'

describeInBrowser('data protection in the console', () => {
  const story = openedConsole()

  it('erases a person after the address was typed twice, and shows the proof', async () => {
    const { gateway } = story()
    const key = await gateway.createKey()
    const device = await gateway.linkDevice(undefined, await gateway.createDevice(key.key))
    const friend = await gateway.phone('Friend')
    await friend.send(device.phone.jid, { text: 'to be erased' })
    const said = async () =>
      (await device.api.get<{ messages: { text: string }[] }>(`/chats/${friend.jid}/messages`)).messages
    await until('it arrives', async () => (await said()).length === 1)

    const page = await story().openAs(key.key, 'protection')
    await page.getByRole('heading', { name: 'Nothing was erased yet' }).waitFor()
    await assertAccessible(page)
    await assertFits(page)
    await picture(page, 'protection-empty')

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).click(),
    ])
    const archive = gunzipSync(await readFile(await download.path()))
    assert.ok(archive.includes('to be erased') && archive.includes('manifest.json'))

    await page.getByRole('button', { name: 'Erase a person or a chat' }).first().click()
    const really = page.getByRole('dialog').getByRole('button', { name: 'Erase', exact: true })
    await page.getByLabel('Number or address').fill(friend.id)
    assert.equal(await really.isDisabled(), true)
    await page.getByLabel(`Type ${friend.id} to confirm`).fill(friend.id)
    await assertAccessible(page)
    await picture(page, 'protection-erase')
    await really.click()
    const row = page.locator('tbody tr[data-at]').first()
    await row.getByText('Done').waitFor()
    assert.deepEqual(await said(), [])
    assert.equal((await page.content()).includes(friend.id), false)
    await row.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').getByText('Hash of the address').waitFor()
    await assertAccessible(page)
    await assertFits(page)
    await picture(page, 'protection-proof')
  })

  it('says for how long things are kept, and first how much would go', async () => {
    const { gateway } = story()
    const key = await gateway.createKey()
    const page = await story().openAs(key.key, 'protection', { language: 'de-DE' })
    await page.getByRole('heading', { name: 'Aufbewahrung' }).waitFor()
    await page.getByRole('spinbutton', { name: 'Nachrichten' }).fill('30')
    await page.getByRole('button', { name: 'Was würde gelöscht?' }).click()
    await page.getByText('0 würden gelöscht').first().waitFor()
    await page.getByRole('button', { name: 'Speichern' }).click()
    await until('it is set', async () => {
      const { own } = await key.api.get<{ own: { message_days: number | null } }>('/retention')
      return own.message_days === 30
    })
    await assertAccessible(page)
    await picture(page, 'protection-retention-de')
  })
})
