import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, before, describe, it } from 'node:test'
import { startTestGateway, type TestGateway } from '../../testing/start-test-gateway.ts'

let gateway: TestGateway
before(async () => {
  gateway = await startTestGateway({ environment: { HTTP_BASE_URL: '/wa' } })
})
after(() => gateway.stop())

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${gateway.api.url}${path}`, { headers, redirect: 'manual' })

/** What a browser would load for this page, each from where `<base>` leads. */
const filesOf = (html: string, address: string): string[] => {
  const base = new URL(/<base href="([^"]+)">/.exec(html)![1]!, address)
  return [...html.matchAll(/(?:src|href)="([\w-]+\.(?:js|css))"/g)].map(([, file = '']) => new URL(file, base).href)
}

/** Without decoding, as `fetch` does it. */
const rawHeaders = (url: string, encoding: string): Promise<Record<string, unknown>> =>
  new Promise((resolve, reject) => {
    request(url, { headers: { 'accept-encoding': encoding } }, (answer) => {
      answer.resume()
      resolve(answer.headers)
    })
      .on('error', reject)
      .end()
  })

describe('the console', () => {
  it('answers every address with the page, whose files are found from there', async () => {
    for (const path of ['/console/', '/console/devices', '/console/devices/a/timeline/', '/console/pair?device=x']) {
      const address = `${gateway.api.url}${path}`
      const answer = await get(path)
      assert.equal(answer.status, 200, path)
      assert.match(answer.headers.get('content-type')!, /^text\/html/)
      const files = filesOf(await answer.text(), address)
      assert.ok(files.length >= 2, path)
      for (const file of files) {
        assert.ok(file.startsWith(`${gateway.api.url}/console/`), file)
        assert.equal((await fetch(file)).status, 200, file)
      }
    }
  })

  it('has a policy that lets nothing in from elsewhere, nor from the page itself', async () => {
    const policy = (await get('/console/')).headers.get('content-security-policy')!
    assert.match(policy, /default-src 'none'/)
    assert.match(policy, /script-src 'self'/)
    assert.doesNotMatch(policy, /unsafe|\*|https?:/)
  })

  it('lets browsers keep files for good, and ask for the page again', async () => {
    const page = await get('/console/')
    assert.equal(page.headers.get('cache-control'), 'no-cache')
    const again = await get('/console/', { 'if-none-match': page.headers.get('etag')! })
    assert.equal(again.status, 304)
    const [file = ''] = filesOf(await page.text(), `${gateway.api.url}/console/`)
    const headers = await rawHeaders(file, 'br, gzip')
    assert.match(String(headers['cache-control']), /immutable/)
    assert.match(String(headers['vary']), /accept-encoding/i)
  })

  it('redirects to its folder in a way that holds behind any proxy', async () => {
    const answer = await get('/console')
    assert.equal(answer.status, 308)
    assert.equal(answer.headers.get('location'), 'console/')
  })

  it('finds no file that is not of it, and is no part of the API', async () => {
    for (const path of ['/console/app.js', '/console/x/app-12345678.js', '/console/..%2f..%2fpackage.js']) {
      const answer = await get(path)
      assert.equal(answer.status, 404, path)
      assert.equal(((await answer.json()) as { error_code: string }).error_code, 'not_found')
    }
    const { text } = await gateway.api.call('GET', '/docs/swagger.json')
    assert.doesNotMatch(text, /"\/console\/"/)
  })
})
