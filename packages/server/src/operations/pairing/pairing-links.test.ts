import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { noBrowser, openBrowser } from '../../testing/open-browser.ts'
import { startTestGateway, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

const kindOf = (html: string) => /data-kind="(\w+)"/.exec(html)?.[1]

describe('pairing links', () => {
  let gateway: TestGateway
  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
  })
  after(() => gateway.stop())

  const makeLink = async (body?: Record<string, unknown>) => {
    const device = await gateway.createDevice()
    const made = await device.api.post<{ url: string; expires_at: string }>('/devices/me/pairing-links', body ?? {})
    return { device, ...made }
  }
  const open = async (url: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(url, { headers })
    return { status: answer.status, headers: answer.headers, html: await answer.text() }
  }

  it('show a code that links the device, then say so, once', async () => {
    const { device, url, expires_at } = await makeLink()
    assert.ok(Math.abs(Date.parse(expires_at) - Date.now() - 900_000) < 60_000)
    const page = await open(url)
    assert.equal(page.status, 200)
    assert.equal(kindOf(page.html), 'qr')
    assert.match(page.html, /<img src="data:image\/png;base64,/)
    assert.match(page.html, /name="viewport"/)
    assert.match(page.html, /<span data-left>\d+<\/span>/)
    assert.doesNotMatch(page.html, /(src|href|url)=?["(]?https?:/)
    assert.match(page.headers.get('content-security-policy')!, /^default-src 'none'; .*script-src 'sha256-/)
    assert.doesNotMatch(page.html, new RegExp(device.token))
    const { qr_text } = await device.api.post<{ qr_text: string }>('/devices/me/login')
    const phone = await gateway.phone('Ana')
    await phone.scan(qr_text)
    await gateway.connected(device)
    assert.equal(kindOf((await open(`${url}?look=1`)).html), 'linked')
    await device.api.delete('/devices/me/session')
    const again = await open(url)
    assert.deepEqual([again.status, kindOf(again.html)], [404, 'ended'])
    assert.equal(gateway.services.sessions.status(device.id).state.name, 'logged_out')
  })

  it('give a code for a phone number, and say when it is none', async () => {
    const { device, url } = await makeLink()
    await open(url)
    const phone = await gateway.phone('Bea')
    const send = async (number: string) => {
      const answer = await fetch(url, { method: 'POST', body: new URLSearchParams({ phone: number }) })
      return answer.text()
    }
    assert.match(await send('12'), /not a phone number/)
    const html = await send(`+${phone.id}`)
    assert.equal(kindOf(html), 'code')
    const code = /class="code">([0-9A-Z]{4})-([0-9A-Z]{4})</.exec(html)!
    assert.equal(kindOf((await open(`${url}?look=1`)).html), 'code', 'it is still there after a refresh')
    await gateway.sandbox!.world.pairing.untilAwaitingCode(phone.id)
    await phone.enterLinkCode(`${code[1]}${code[2]}`)
    await gateway.connected(device)
    assert.equal(kindOf((await open(`${url}?look=1`)).html), 'linked')
  })

  it('say why it failed, and begin again when asked to', async () => {
    const { device, url } = await makeLink()
    await open(url)
    const { qr_text } = await device.api.post<{ qr_text: string }>('/devices/me/login')
    const phone = await gateway.phone('Eve')
    await phone.scan(qr_text, 'account_signature').catch(() => {})
    const html = await until('it failed', async () => {
      const page = await open(`${url}?look=1`)
      return kindOf(page.html) === 'failed' && page.html
    })
    assert.match(html, /did not agree/)
    assert.equal(kindOf((await open(url)).html), 'qr')
  })

  it('speak the language that the reader prefers', async () => {
    const { url } = await makeLink()
    const spanish = await open(url, { 'accept-language': 'fr, es-MX;q=0.8, en;q=0.5' })
    assert.match(spanish.html, /<html lang="es">[\s\S]*Escanea este código/)
    assert.match((await open(url, { 'accept-language': 'fr' })).html, /<html lang="en">/)
  })

  it('end when they are revoked, too old or unknown, and with their device', async () => {
    const { device, url } = await makeLink()
    await device.api.delete('/devices/me/pairing-links')
    const revoked = await open(url)
    assert.deepEqual([revoked.status, kindOf(revoked.html)], [404, 'ended'])
    assert.equal(gateway.services.sessions.status(device.id).loaded, false, 'it begins nothing')
    assert.equal((await open(`${gateway.api.url}/pair/${'x'.repeat(43)}`)).status, 404)
    const { database } = gateway.services
    const old = await makeLink()
    await database.commit([
      {
        query: database.query
          .updateTable('pairing_link')
          .set({ expires_at: Date.now() - 1 })
          .compile(),
      },
    ])
    assert.equal((await open(old.url)).status, 404)
    const gone = await makeLink()
    await gateway.admin.delete(`/admin/devices/${gone.device.id}`)
    assert.equal((await open(gone.url)).status, 404)
    for (const expires_in of [59, 86_401]) {
      await device.api.refuses('invalid_request', 'POST', '/devices/me/pairing-links', { expires_in })
    }
    const rows = await database.query.selectFrom('pairing_link').selectAll().execute()
    assert.ok(!JSON.stringify(rows).includes(new URL(gone.url).pathname.slice(-20)))
  })

  it('show a device of one customer to nobody else', async () => {
    const { url } = await makeLink()
    const { api } = await gateway.createDevice()
    await api.delete('/devices/me/pairing-links')
    assert.equal((await open(url)).status, 200)
    await gateway.api.refuses('unauthorized', 'POST', '/devices/me/pairing-links', {})
  })

  it('are where the page of a login becomes live', async () => {
    const device = await gateway.createDevice()
    const page = await device.api.call('POST', '/devices/me/login?output=html')
    assert.match(page.text, /name="viewport"/)
    const next = /http-equiv="refresh" content="\d+;url=([^"]+)"/.exec(page.text)![1]!
    assert.equal(kindOf((await open(next)).html), 'qr')
  })

  it('notice by themselves in a browser that the device is linked', { skip: noBrowser() }, async () => {
    const { device, url } = await makeLink()
    const browser = await openBrowser()
    const page = await browser.newPage({ viewport: { width: 360, height: 740 } })
    await page.goto(url)
    try {
      const kind = () => page.evaluate<string | undefined>(`document.querySelector('main')?.dataset.kind`)
      await until('the code is shown', async () => (await kind()) === 'qr')
      const width = await page.evaluate<number>('document.querySelector("img").getBoundingClientRect().width')
      assert.ok(width > 200, 'the picture is there and large enough')
      assert.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true)
      const left = () => page.evaluate<string>(`document.querySelector('[data-left]').textContent`)
      const before = await left()
      await until('it counts', async () => (await left()) !== before)
      const { qr_text } = await device.api.post<{ qr_text: string }>('/devices/me/login')
      await (await gateway.phone('Zoe')).scan(qr_text)
      await until('the page says so', async () => (await kind()) === 'linked')
      const requests = `performance.getEntriesByType('resource').every(({ name }) => new URL(name).origin === location.origin || name.startsWith('data:'))`
      assert.equal(await page.evaluate(requests), true, 'it asked nobody else')
    } finally {
      await browser.close()
    }
  })
})
