import assert from 'node:assert/strict'
import { it } from 'node:test'
import { propose } from '../../server/src/testing/propose.ts'
import { until } from '../../server/src/testing/until.ts'
import { assertAccessible, assertFits, describeInBrowser, openedConsole, picture } from './open-console.ts'

describeInBrowser('approvals and access keys in the console', () => {
  const story = openedConsole()

  it('shows what an agent wants to send, and sends exactly that when a person approves', async () => {
    const { gateway } = story()
    const { key } = await gateway.createKey({ customer_name: 'Bakery' })
    const device = await gateway.linkDevice(undefined, await gateway.createDevice(key, 'Counter'))
    const bob = await gateway.phone('Bob')
    const page = await story().openAs(key, `approvals?device=${device.id}`)
    await page.getByRole('heading', { name: 'Nothing waits' }).waitFor()
    const person = gateway.api.with({ 'x-api-key': key, 'x-device-id': device.id })
    await propose({ api: device.api, person }, bob.id, 'text')
    const proposal = page.locator('.approvals > li')
    await proposal.getByText('May I?').first().waitFor()
    await assertAccessible(page)
    await assertFits(page)
    await picture(page, 'approvals')
    await proposal.getByRole('button', { name: 'Reject' }).click()
    await page.getByRole('heading', { name: 'Nothing waits' }).waitFor()

    await propose({ api: device.api, person }, bob.id, 'file')
    await proposal.getByRole('button', { name: 'Show the file' }).click()
    await proposal.getByText(/^File: text\/plain/).waitFor()
    await proposal.getByRole('button', { name: 'Approve and send' }).click()
    const got = await bob.until.message(({ kind }) => kind === 'document')
    assert.ok(got)
    assert.equal(bob.messages().filter(({ text }) => text === 'May I?').length, 0)
    await page.getByRole('button', { name: 'Approved' }).click()
    await proposal.getByText('Approved').first().waitFor()
  })

  it('makes an access key that may read and not send, replaces its secret, and deletes it', async () => {
    const { gateway } = story()
    const { key } = await gateway.createKey({ customer_name: 'Florist' })
    await gateway.createDevice(key, 'Roses')
    const page = await story().openAs(key, 'access-keys')
    await page.getByRole('heading', { name: 'No access key yet' }).waitFor()
    await page.getByRole('button', { name: 'New access key' }).click()
    await page.getByLabel('What it is for').fill('Report')
    await assertAccessible(page)
    await picture(page, 'access-key-new')
    await page.getByRole('button', { name: 'Create' }).click()
    await page.getByText('Copy it now.').waitFor()
    const secret = (await page.locator('dialog code').textContent()) ?? ''
    await page.getByRole('button', { name: 'Done' }).click()
    const program = gateway.api.with({ 'x-api-key': secret })
    await program.get('/devices')
    await program.refuses('forbidden_scope', 'POST', '/devices', { device_name: 'No' })

    const row = page.locator('tbody tr[data-at]').first()
    await row.getByText('Report').waitFor()
    await assertAccessible(page)
    await assertFits(page)
    await picture(page, 'access-keys')
    await row.click()
    await page.getByRole('button', { name: 'New secret' }).click()
    await page.getByText('Copy it now.').waitFor()
    const next = (await page.locator('dialog code').textContent()) ?? ''
    await page.getByRole('button', { name: 'Done' }).click()
    await program.refuses('unauthorized', 'GET', '/devices')
    await gateway.api.with({ 'x-api-key': next }).get('/devices')
    await row.click()
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('heading', { name: 'No access key yet' }).waitFor()
    await until('it has ended', async () => {
      const answer = await gateway.api.with({ 'x-api-key': next }).call('GET', '/devices')
      return answer.status === 401
    })
  })
})
