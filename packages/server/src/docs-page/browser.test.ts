import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, afterEach, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { noBrowser, openBrowser } from '../testing/open-browser.ts'
import { startReverseProxy } from '../testing/reverse-proxy.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { testSecrets } from '../testing/test-secrets.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[]
}

describe('the pages at /docs/ in a browser', { skip: noBrowser(), timeout: 300_000 }, () => {
  let gateway: TestGateway
  let device: TestDevice & { readonly phone: Phone }
  let key: { readonly key: string }
  let friend: Phone
  let browser: Browser
  before(async () => {
    gateway = await startTestGateway({ sandbox: true, environment: { HTTP_BASE_URL: '/api/v1' } })
    key = await gateway.createKey()
    device = await gateway.linkDevice(undefined, await gateway.createDevice(key.key))
    friend = await gateway.sandbox!.phone({ name: 'Ada', phone: '4917087654321' })
    browser = await openBrowser()
  })
  after(async () => {
    await browser.close()
    await gateway.stop()
  })
  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())))

  /** A page of the documentation; whatever its script or its policy complains about fails the test. */
  const open = async (to: string, options: BrowserContextOptions = {}, root = gateway.api.url): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
    const page = await context.newPage()
    page.on('pageerror', (error) => assert.fail(error))
    page.on('console', (message) => {
      // A browser says so of every answer that is no success.
      if (message.type() === 'error') assert.match(message.text(), /^Failed to load resource/)
    })
    await page.goto(`${root}/docs/${to}`)
    return page
  }

  const box = (page: Page, id: string) => page.locator('details', { has: page.locator(`[id="${id}"]`) })

  const signIn = async (page: Page, kind: string, value: string, deviceId = ''): Promise<void> => {
    await page.locator('#credential').click()
    await page.getByLabel('Kind').selectOption({ label: kind })
    await page.getByLabel('Credential', { exact: true }).fill(value)
    if (deviceId) await page.getByLabel(/^Device to act as/).fill(deviceId)
    await page.getByRole('button', { name: 'Use' }).click()
  }

  it('are searched from the keyboard, and open what was found', async () => {
    const page = await open('')
    await page.keyboard.press('/')
    await page.keyboard.type('send text')
    await page.getByRole('option', { name: /chats\/\{chat_jid\}\/messages Send a text message/ }).waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL('**/docs/messaging#messaging.sendText')
    assert.ok(await box(page, 'messaging.sendText').getByText('Answers 200 when WhatsApp').isVisible())
    // By what people call it.
    for (const [typed, path] of [
      ['send a picture', 'images'],
      ['send photo', 'images'],
      ['send a file', 'documents'],
      ['send voice', 'audio'],
    ] as const) {
      await page.keyboard.press('/')
      await page.keyboard.type(typed)
      const first = page.getByRole('option').first()
      await first.filter({ hasText: `/chats/{chat_jid}/${path}` }).waitFor()
      await page.keyboard.press('Escape')
      await page.evaluate('document.activeElement.blur()')
    }
    // By the name of a field, and to another place of the same page.
    await page.keyboard.press('/')
    await page.keyboard.type('keep_starred')
    await page.getByRole('option', { name: /clear/ }).click()
    assert.ok(await box(page, 'messaging.clearChat').getByText('The chat stays.').isVisible())
  })

  it('say nothing in the log of the browser to whoever is not signed in', async () => {
    const page = await open('')
    // An answer that is on its way to the page before would never end.
    await page.waitForLoadState('networkidle')
    const said: string[] = []
    page.on('console', (message) => said.push(message.text()))
    const visitor = page.waitForResponse(/visitor\.json$/)
    await page.reload()
    await (await visitor).finished()
    await page.waitForLoadState('networkidle')
    assert.deepEqual(said, [])
  })

  it('show a page for what is not there', async () => {
    const page = await open('nothing-of-that-name')
    await page.getByRole('heading', { name: 'Not found' }).waitFor()
    await page.getByRole('link', { name: 'Everything that there is' }).click()
    await page.waitForURL('**/docs/')
  })

  it('open the box of an anchor, also of one that is followed later, and one of the first page', async () => {
    const page = await open('#messaging.sendText')
    await page.waitForURL('**/docs/messaging#messaging.sendText')
    assert.equal(await box(page, 'messaging.sendText').getAttribute('open'), '')
    await page.evaluate("location.hash = 'messaging.mute'")
    await page.locator('[id="messaging.mute"]').getByText('Link to this').waitFor()
    await box(page, 'messaging.mute').locator('summary').click()
    assert.equal(await box(page, 'messaging.mute').getAttribute('open'), null)
  })

  it('try a request with a typed credential, which is forgotten with the page', async () => {
    const page = await open('device#device.getStatus')
    await signIn(page, 'Token of a device', device.token)
    const status = box(page, 'device.getStatus')
    await status.getByRole('button', { name: 'Try it' }).click()
    await status.getByRole('button', { name: 'Send' }).click()
    await status.getByText(/^200 OK · \d+ ms$/).waitFor()
    assert.match((await status.locator('.answer pre').first().textContent()) ?? '', /"connected": true/)
    assert.match((await status.locator('.answer pre').last().textContent()) ?? '', /x-request-id: /)
    assert.equal(await page.evaluate('JSON.stringify(localStorage) + document.cookie'), '{}')
    await page.reload()
    assert.equal(await page.locator('#credential').textContent(), 'Credential')
  })

  it('try a request as an API key for one of its devices, and as the operator', async () => {
    const page = await open('device#device.getStatus')
    const status = box(page, 'device.getStatus')
    await status.getByRole('button', { name: 'Try it' }).click()
    for (const [kind, value] of [
      ['API key', key.key],
      ['Admin secret', testSecrets.adminSecret],
    ] as const) {
      await signIn(page, kind, value, device.id)
      await status.getByRole('button', { name: 'Send' }).click()
      await status.getByText(/^200 OK/).waitFor()
      await status.getByText(`As: ${kind.toLowerCase()}, device ${device.id}`).waitFor()
    }
    await page.locator('#credential').click()
    await page.getByRole('button', { name: 'Forget' }).click()
    await status.getByRole('button', { name: 'Send' }).click()
    await status.getByText(/^401/).waitFor()
  })

  it('use the session of the console where its reader is signed in', async () => {
    const page = await open('device#device.getStatus')
    const data = { credential: key.key }
    assert.ok((await page.request.post(`${gateway.api.url}/console/session`, { data })).ok())
    await page.reload()
    await page.getByRole('button', { name: 'Signed in at the console' }).click()
    // Devices of the customer are offered.
    await page.getByLabel(/^Device to act as/).focus()
    await page.locator(`datalist option[value="${device.id}"]`).waitFor({ state: 'attached' })
    await page.getByLabel(/^Device to act as/).fill(device.id)
    await page.getByRole('button', { name: 'Use' }).click()
    const status = box(page, 'device.getStatus')
    await status.getByRole('button', { name: 'Try it' }).click()
    await status.getByRole('button', { name: 'Send' }).click()
    await status.getByText(/^200 OK/).waitFor()
  })

  it('send a message that the phone of the friend receives, and not twice under one key', async () => {
    const page = await open('messaging#messaging.sendText')
    await signIn(page, 'Token of a device', device.token)
    const send = box(page, 'messaging.sendText')
    await send.getByRole('button', { name: 'Try it' }).click()
    assert.equal(await send.getByLabel(/^chat_jid/).inputValue(), friend.jid)
    await send.getByLabel('Body (JSON)').fill('{"text": "From the page"}')
    for (const replayed of [/x-request-id/, /idempotency-replayed: true/]) {
      await send.getByRole('button', { name: 'Send' }).click()
      await send.locator('.answer pre', { hasText: replayed }).waitFor()
    }
    await friend.until.message(({ text }) => text === 'From the page')
    assert.equal(friend.messages().filter(({ text }) => text === 'From the page').length, 1)
  })

  it('ask before what cannot be undone', async () => {
    const page = await open('messaging#messaging.deleteChat')
    await signIn(page, 'Token of a device', device.token)
    const remove = box(page, 'messaging.deleteChat')
    await remove.getByRole('button', { name: 'Try it' }).click()
    let requests = 0
    page.on('request', (request) => {
      if (request.method() === 'DELETE') requests++
    })
    await remove.getByRole('button', { name: 'Send' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    await remove.getByText('Nothing was sent.').waitFor()
    assert.equal(requests, 0)
    await remove.getByRole('button', { name: 'Send' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Do it' }).click()
    await remove.getByText(/^\d\d\d .* ms$/).waitFor()
    assert.equal(requests, 1)
  })

  it('remember the language of the samples', async () => {
    const page = await open('messaging#messaging.sendText')
    await box(page, 'messaging.sendText').getByRole('button', { name: 'Python' }).click()
    await page.goto(`${gateway.api.url}/docs/webhooks#webhooks.create`)
    assert.ok(await box(page, 'webhooks.create').getByText('requests.post(').isVisible())
    assert.ok(!(await box(page, 'webhooks.create').getByText('curl "$API').isVisible()))
  })

  it('can be read without scripts', async () => {
    const page = await open('messaging#messaging.sendText', { javaScriptEnabled: false })
    const send = box(page, 'messaging.sendText')
    assert.ok(await send.getByText('Answers 200 when WhatsApp').isVisible())
    for (const text of ['requests.post(', 'new Switchboard(', 'curl "$API/chats'])
      assert.ok(await send.getByText(text).isVisible(), text)
    assert.ok(!(await page.getByRole('combobox').isVisible()))
    await page.getByRole('link', { name: 'Webhook events' }).click()
    await page.waitForURL('**/docs/webhook-events')
  })

  it('work behind a proxy that puts them elsewhere', async () => {
    const proxy = await startReverseProxy({ target: gateway.api.url, sees: () => '192.0.2.1', writes: 'nothing' })
    try {
      const page = await open('device#device.getMe', {}, proxy.url)
      await signIn(page, 'Token of a device', device.token)
      const me = box(page, 'device.getMe')
      await me.getByRole('button', { name: 'Try it' }).click()
      await me.getByRole('button', { name: 'Send' }).click()
      await me.getByText(/^200 OK/).waitFor()
      await page.getByRole('link', { name: 'Errors', exact: true }).click()
      await page.waitForURL(`${proxy.url}/docs/errors`)
    } finally {
      await proxy.stop()
    }
  })

  const judged = async (page: Page, what: string): Promise<void> => {
    await page.evaluate(axe)
    const { violations } = (await page.evaluate('axe.run()')) as AxeResult
    const faults = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
    assert.deepEqual(faults, [], what)
  }

  const looks = [
    { colorScheme: 'light', width: 1280 },
    { colorScheme: 'dark', width: 390 },
  ] as const
  for (const { colorScheme, width } of looks) {
    it(`can be used by everybody in ${colorScheme} colours, ${width} pixels wide`, async () => {
      for (const to of ['', 'errors', 'webhook-events#event-message.received', 'messaging#messaging.sendText']) {
        // The policy of the page would refuse the judge.
        const page = await open(to, { bypassCSP: true, colorScheme, viewport: { width, height: 900 } })
        await page.evaluate("for (const box of [...document.querySelectorAll('details')].slice(0, 3)) box.open = true")
        for (const button of await page.getByRole('button', { name: 'Try it' }).all()) await button.click()
        const over = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
        assert.equal(over, 0, `${to} is wider than ${width}`)
        await judged(page, to)
        await page.context().close()
      }
    })
  }

  it('can be used by everybody where they search and say who they are', async () => {
    const page = await open('', { bypassCSP: true })
    await page.keyboard.press('/')
    await page.keyboard.type('send')
    await page.getByRole('option').first().waitFor()
    await judged(page, 'the search')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Credential', exact: true }).click()
    await judged(page, 'the credential')
  })
})
