import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { errorCatalogue } from '../errors/catalogue.ts'
import { operations } from '../generated/operations.ts'
import { startTestGateway, type TestGateway } from '../testing/start-test-gateway.ts'
import { openApiDocument, parametersOf } from './openapi-document.ts'
import { withoutClient } from './samples/without-client.ts'
import { pageNames, readPage, samplesOn } from './testing/read-page.ts'

/** A reader far away waits for each of them. */
const mostBytes = 500_000

describe('the pages at /docs/', () => {
  let gateway: TestGateway
  let pages: Map<string, string>
  before(async () => {
    gateway = await startTestGateway({ environment: { HTTP_BASE_URL: '/api/v1' } })
    const names = await pageNames(gateway.api)
    pages = new Map(await Promise.all(names.map(async (name) => [name, await readPage(gateway.api, name)] as const)))
  })
  after(() => gateway.stop())

  const idsOf = (page: string): string[] => [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!)

  it('list every operation, event and error, and have a box for each', () => {
    const all = [...pages.values()].join('')
    for (const { id, operation } of operations) {
      assert.ok(pages.get('')!.includes(`#${id}"`), id)
      assert.ok(all.includes(`<div class="box" id="${id}">`), id)
      assert.ok(all.includes(`data-path="${operation.path}"`), operation.path)
    }
    for (const name of Object.keys(openApiDocument('').webhooks)) assert.ok(all.includes(` id="event-${name}"`), name)
    for (const code of Object.keys(errorCatalogue)) assert.ok(all.includes(` id="error-${code}"`), code)
  })

  it('link to what is there, from wherever they lie', () => {
    for (const [name, page] of pages) {
      const ids = idsOf(page)
      assert.equal(new Set(ids).size, ids.length, `each anchor of ${name} is there once`)
      for (const [, href] of page.matchAll(/href="([^"]+)"/g)) {
        assert.ok(!/^(\w+:)?\/|^\.\./.test(href!) || href === 'data:,', `${name} links to ${href}`)
        const [to = '', anchor] = href!.split('#')
        if (/^swagger\.|^docs-|^data:/.test(to)) continue
        const target = pages.get(to === '' ? name : to.replace('./', ''))
        assert.ok(target, `${name} links to ${href}`)
        if (anchor) assert.ok(idsOf(target).includes(anchor), `${name} links to ${href}`)
      }
    }
  })

  it('run nothing but their own script, and load nothing from elsewhere', async () => {
    for (const [name, page] of pages) {
      const { headers } = await gateway.api.call('GET', `/docs/${name}`)
      assert.match(
        headers.get('content-security-policy') ?? '',
        /default-src 'none';script-src 'self';style-src 'self'/,
      )
      assert.ok(!/<style| style="| on\w+="|@import|url\(|<script(?! type="module" src="docs-)/.test(page), name)
      assert.ok(!/<script[^>]*>[^<]/.test(page), name)
    }
    for (const [, file] of pages.get('')!.matchAll(/(?:src|href)="(docs-[^"]+)"/g)) {
      const { status, headers } = await gateway.api.call('GET', `/docs/${file}`)
      assert.equal(status, 200)
      assert.match(headers.get('content-type') ?? '', /^text\/(css|javascript)/)
      assert.match(headers.get('cache-control') ?? '', /immutable/)
    }
    await gateway.api.refuses('not_found', 'GET', '/docs/docs-000000000000.js')
    await gateway.api.refuses('not_found', 'GET', '/docs/nothing')
    const forReaders = await fetch(`${gateway.api.url}/docs/nothing`, { headers: { accept: 'text/html,*/*;q=0.8' } })
    assert.equal(forReaders.status, 404)
    assert.match(forReaders.headers.get('content-type') ?? '', /^text\/html/)
    assert.match(await forReaders.text(), /<h1>Not found<\/h1>/)
  })

  it('are found with and without a slash at the end', async () => {
    const root = gateway.api.url
    for (const path of ['/docs', '/DOCS?a=1']) {
      const answer = await fetch(`${root}${path}`, { redirect: 'manual' })
      assert.equal(answer.status, 308)
      assert.equal(
        answer.headers.get('location'),
        `${path.slice(1).replace(/\??(a=1)?$/, '')}/${path.includes('?') ? '?a=1' : ''}`,
      )
    }
    assert.equal((await fetch(`${root}/docs`)).url, `${root}/docs/`)
  })

  it('are small enough to open fast', (context) => {
    for (const [name, page] of pages) {
      const bytes = Buffer.byteLength(page)
      context.diagnostic(`${name || 'first page'}: ${bytes} bytes, ${gzipSync(page).length} compressed`)
      assert.ok(bytes < mostBytes, `${name} has ${bytes} bytes`)
    }
  })

  it('say what a field takes in words', () => {
    const messaging = pages.get('messaging')!
    assert.match(
      messaging,
      /<code>text<\/code> <span>string<\/span><\/dt><dd>Required\. [^<]*At most 65,536 characters, not blank\./,
    )
    assert.match(messaging, /<code>wait<\/code> <span>integer<\/span><\/dt><dd>[^<]*0 to 60\./)
    assert.match(
      messaging,
      /<code>keep_starred<\/code> <span>boolean<\/span><\/dt><dd>[^<]*Default <code>false<\/code>\./,
    )
    assert.match(pages.get('groups')!, /<dd>[^/]*One of <code>[^/]*<\/code>, <code>/)
  })

  it('say of each error of an operation what to do', () => {
    const [, box = ''] = /id="messageActions.edit">([\s\S]*?)<\/details>/.exec(pages.get('message-actions')!) ?? []
    assert.match(box, /<code>not_own_message<\/code> <span>403<\/span><\/dt><dd>[^<]*Only the author edits/)
    assert.match(box, /<a href="errors#error-unauthorized">/)
  })

  it('have a sample in each language, which takes a key where the operation does', () => {
    const document = openApiDocument('')
    for (const { operation } of Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map((described) => ({ operation: described })),
    )) {
      const page = pages.get(operation.tags[0]!.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'))!
      const samples = samplesOn(page).get(operation.operationId)!
      if (operation.operationId === 'events.socket') continue
      const takesKey = parametersOf(document, operation).some(({ name }) => name === 'Idempotency-Key')
      for (const language of ['curl', 'python', 'typescript']) {
        if (language === 'typescript' && withoutClient.has(operation.operationId)) continue
        const sample = samples.get(language)
        assert.ok(sample, `${operation.operationId} in ${language}`)
        assert.equal(/idempotency-?key/i.test(sample), takesKey, `${operation.operationId} in ${language}`)
      }
    }
  })

  it('are found by name, path and words', async () => {
    const { text } = await gateway.api.call('GET', '/docs/search.json')
    const entries = JSON.parse(text) as { name: string; to: string; also?: string; words: string }[]
    const names = entries.map(({ name }) => name)
    for (const name of ['/chats/{chat_jid}/messages', 'message.received', 'device_not_found', 'Authentication'])
      assert.ok(names.includes(name), name)
    assert.ok(entries.find(({ to }) => to === 'messaging#messaging.sendText')?.words.includes('typing_simulation'))
    const image = entries.find(({ to }) => to === 'messaging#messaging.sendImage')
    assert.match(image?.also ?? '', /picture photo/)
  })
})
