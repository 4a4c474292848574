import assert from 'node:assert/strict'
import { it } from 'node:test'
import { assertAccessible, assertFits, describeInBrowser, openedConsole, picture } from './open-console.ts'

describeInBrowser('the outbox in the console', () => {
  const story = openedConsole()

  it('shows what waits, gives it another time, and cancels it', async () => {
    const { gateway } = story()
    const device = await gateway.linkDevice()
    const page = await story().openAs(device.token, 'outbox')
    await page.getByRole('heading', { name: 'Nothing waits' }).waitFor()
    await assertAccessible(page)
    const ana = await gateway.phone('Ana')
    const send_at = new Date(Date.now() + 3_600_000).toISOString()
    const path = `/chats/${ana.id}/messages`
    const { message_id } = await device.api.post<{ message_id: string }>(path, { text: 'See you later', send_at })
    await page.getByText('See you later').waitFor()
    await assertAccessible(page)
    await assertFits(page)
    await picture(page, 'outbox')

    await page.locator('tbody tr[data-at="0"]').focus()
    await page.keyboard.press('Enter')
    const later = new Date(Date.now() + 30 * 86_400_000)
    await page.getByLabel('When it leaves').fill(`${later.toISOString().slice(0, 10)}T10:30`)
    await picture(page, 'outbox-message')
    await assertAccessible(page)
    await page.getByRole('button', { name: 'Another time' }).click()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    const moved = await device.api.get<{ send_at: string }>(`/messages/${message_id}`)
    assert.equal(moved.send_at.slice(0, 10), later.toISOString().slice(0, 10))

    await page.getByText('See you later').click()
    await page.getByRole('button', { name: 'Cancel it' }).click()
    await page.getByRole('heading', { name: 'Nothing waits' }).waitFor()
    assert.equal((await device.api.get<{ status: string }>(`/messages/${message_id}`)).status, 'cancelled')
  })

  it('shows what was not sent and why, and sends it again', async () => {
    const { gateway } = story()
    const device = await gateway.linkDevice()
    const bob = await gateway.phone('Bob')
    const { jid } = gateway.services.sessions.account(device.id)!
    await gateway.sandbox!.fault.apply({ device: jid, action: { kind: 'reach-out-timelock', seconds: 3600 } })
    await device.api.refuses('message_refused', 'POST', `/chats/${bob.id}/messages`, { text: 'First contact' })
    gateway.sandbox!.fault.clear()
    const page = await story().openAs(device.token, 'outbox')
    await page.getByRole('button', { name: 'Failed' }).click()
    await page.getByText('First contact').click()
    await assertAccessible(page)
    await picture(page, 'outbox-failed')
    await page.getByRole('button', { name: 'Send it again' }).click()
    await bob.until.message(
      ({ message }) =>
        message.conversation === 'First contact' || message.extendedTextMessage?.text === 'First contact',
    )
    await page.getByRole('heading', { name: 'Nothing waits' }).waitFor()
  })
})
