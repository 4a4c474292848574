import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { noBrowser, openBrowser } from '../../testing/open-browser.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

type Phone = Awaited<ReturnType<TestGateway['phone']>>

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
  /** Presses the button of the page, as a browser without scripts sends it. */
  const press = async (url: string, fields: Record<string, string> = {}) => {
    const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(fields) })
    return { status: answer.status, headers: answer.headers, html: await answer.text() }
  }
  const isLoaded = (id: string) => gateway.services.sessions.status(id).loaded

  it('show a code that links the device, then say so, once', async () => {
    const { device, url, expires_at } = await makeLink()
    assert.ok(Math.abs(Date.parse(expires_at) - Date.now() - 900_000) < 60_000)
    assert.equal(kindOf((await open(url)).html), 'ready')
    const page = await press(url)
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
    const phone = await gateway.phone('Bea')
    const send = async (number: string) => (await press(url, { phone: number })).html
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
    await press(url)
    const { qr_text } = await device.api.post<{ qr_text: string }>('/devices/me/login')
    const phone = await gateway.phone('Eve')
    await phone.scan(qr_text, 'account_signature').catch(() => {})
    const html = await until('it failed', async () => {
      const page = await open(`${url}?look=1`)
      return kindOf(page.html) === 'failed' && page.html
    })
    assert.match(html, /did not agree/)
    assert.equal(kindOf((await open(url)).html), 'ready', 'whoever opens it anew has seen no failure')
    assert.equal(kindOf((await press(url)).html), 'qr')
  })

  it('begin nothing when a program opens them', async () => {
    const { device, url } = await makeLink()
    for (const address of [url, `${url}?look=1`]) {
      assert.equal(kindOf((await open(address)).html), 'ready')
      assert.equal((await fetch(address, { method: 'HEAD' })).status, 200)
    }
    assert.equal(isLoaded(device.id), false)
  })

  it('end when the device is linked, in whatever way, and begin nothing after it was unlinked', async () => {
    const ways = [
      async (device: TestDevice, phone: Phone) => {
        const { qr_text } = await device.api.post<{ qr_text: string }>('/devices/me/login')
        await phone.scan(qr_text)
      },
      async (device: TestDevice, phone: Phone) => {
        const body = { phone: phone.id }
        const { pair_code } = await device.api.post<{ pair_code: string }>('/devices/me/login-code', body)
        await gateway.sandbox!.world.pairing.untilAwaitingCode(phone.id)
        await phone.enterLinkCode(pair_code.replace('-', ''))
      },
    ]
    const ends = [
      (device: TestDevice) => device.api.delete('/devices/me/session'),
      (_device: TestDevice, phone: Phone) => phone.unlink(1),
    ]
    for (const [link, end] of ways.flatMap((way) => ends.map((each) => [way, each] as const))) {
      const { device, url: older } = await makeLink()
      const { url } = await device.api.post<{ url: string }>('/devices/me/pairing-links', {})
      const phone = await gateway.phone('Una')
      await link(device, phone)
      await gateway.connected(device)
      assert.equal(kindOf((await open(url)).html), 'linked')
      await end(device, phone)
      const state = () => gateway.services.sessions.status(device.id).state.name
      await until('it is unlinked', () => state() === 'logged_out')
      for (const each of [older, url]) {
        for (const page of [await open(each), await press(each), await press(each, { phone: '4917012345678' })]) {
          assert.deepEqual([page.status, kindOf(page.html)], [404, 'ended'])
        }
      }
      assert.equal(state(), 'logged_out')
      const fresh = await device.api.post<{ url: string }>('/devices/me/pairing-links', {})
      assert.equal(kindOf((await press(fresh.url)).html), 'qr', 'a new one counts')
    }
  })

  it('are pages too when the address is cut off', async () => {
    for (const token of ['abc', 'x'.repeat(44), 'a.b']) {
      for (const page of [
        await open(`${gateway.api.url}/pair/${token}`),
        await press(`${gateway.api.url}/pair/${token}`),
      ]) {
        assert.deepEqual([page.status, kindOf(page.html)], [404, 'ended'])
        assert.match(page.html, /This link has ended/)
      }
    }
  })

  it('speak the language that the reader prefers', async () => {
    const { url } = await makeLink()
    const spanish = await open(url, { 'accept-language': 'fr, es-MX;q=0.8, en;q=0.5' })
    assert.match(spanish.html, /<html lang="es">[\s\S]*Mostrar el código/)
    assert.match((await open(url, { 'accept-language': 'fr' })).html, /<html lang="en">/)
  })

  it('end when they are revoked, too old or unknown, and with their device', async () => {
    const { device, url } = await makeLink()
    await device.api.delete('/devices/me/pairing-links')
    const revoked = await open(url)
    assert.deepEqual([revoked.status, kindOf(revoked.html)], [404, 'ended'])
    assert.equal(isLoaded(device.id), false, 'it begins nothing')
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
      await page.getByRole('button', { name: 'Show the code' }).click()
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
