import assert from 'node:assert/strict'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, afterEach, before, describe, it } from 'node:test'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { operations } from '../../packages/server/src/generated/operations.ts'
import { noBrowser, openBrowser } from '../../packages/server/src/testing/open-browser.ts'
import { addressOf } from './addresses.ts'
import { buildSite } from './build-site.ts'
import { readContents } from './contents.ts'
import { deadLinks } from './dead-links.ts'
import { type Served, serveSite } from './serve-site.ts'

const root = path.resolve(import.meta.dirname, '../..')
const base = '/team/switchboard/'
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[]
}

describe('the site of the documentation', { timeout: 600_000 }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'switchboard-docs-'))
  const read = (address: string): string => readFileSync(path.join(folder, address), 'utf8')
  before(() => buildSite(folder, { root, base }))
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('has every page of docs/, in the order of its table of contents', () => {
    const pages = globSync('docs/**/*.md', { cwd: root }).filter((file) => file !== 'docs/reference/operations.md')
    for (const file of pages) assert.match(read(addressOf(file)), /<h1/, file)
    const [, navigation = ''] = read('index.html').split('<nav id="pages"')
    const titles = [...navigation.matchAll(/<a [^>]*>([^<]*)</g)].map(([, title]) => title)
    const listed = readContents(root).flatMap(({ entries }) => entries.map(({ title }) => title))
    assert.deepEqual(
      titles.map((title) => title?.replace('&#39;', "'")),
      ['Overview', ...listed],
    )
  })

  it('has every operation, with its fields, and the document for tools', () => {
    const pages = globSync('api/*.html', { cwd: folder }).map(read).join()
    for (const { id } of operations) assert.ok(pages.includes(`id="${id}"`), id)
    const document = JSON.parse(read('api/openapi.json')) as { paths: object }
    assert.ok(Object.keys(document.paths).length > 100)
  })

  it('shows the files that a reader is to copy, and nothing of the gateway itself', () => {
    assert.match(read('files/deploy/proxies/nginx.conf.html'), /proxy_pass/)
    assert.deepEqual(globSync('files/packages', { cwd: folder }), [])
  })

  it('loads nothing from elsewhere', () => {
    for (const file of globSync('**/*.{html,css}', { cwd: folder })) {
      const loads = [...read(file).matchAll(/(?:src="|<link[^>]* href="|url\(|@import )["']?([^"')\s]*)/g)]
      for (const [, to = ''] of loads) assert.doesNotMatch(to, /^(https?:)?\/\//, file)
    }
  })

  it('finds a link that leads nowhere before it is published', () => {
    const files = new Map<string, string | undefined>([
      [
        'index.html',
        '<a href="a/b.html#here">1</a><a href="a/b.html#there">2</a><a href="a/c.html">3</a><img src="x.png">',
      ],
      ['a/b.html', '<h2 id="here"></h2><a href="../index.html">4</a><a href="./">5</a>'],
      ['x.png', undefined],
    ])
    assert.deepEqual(deadLinks(files), [
      'index.html leads to a/b.html#there, which has no such part',
      'index.html leads to a/c.html, which is not there',
      'a/b.html leads to ./, which is not there',
    ])
  })

  describe('in a browser', { skip: noBrowser() }, () => {
    let served: Served
    let browser: Browser
    const asked: string[] = []
    before(async () => {
      served = await serveSite(folder, { base })
      browser = await openBrowser()
    })
    after(async () => {
      await browser.close()
      await served.stop()
    })
    afterEach(async () => {
      await Promise.all(browser.contexts().map((context) => context.close()))
      for (const address of asked) assert.ok(address.startsWith(served.url) || address.startsWith('data:'), address)
    })

    /** A page of the site; whatever fails or complains on it fails the test. */
    const open = async (to: string, options: BrowserContextOptions = {}): Promise<Page> => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
      const page = await context.newPage()
      page.on('pageerror', (error) => assert.fail(error))
      page.on('console', (message) => assert.notEqual(message.type(), 'error', message.text()))
      page.on('request', (request) => asked.push(request.url()))
      page.on('requestfailed', (request) => assert.fail(`${request.url()} failed`))
      await page.goto(served.url + to)
      return page
    }

    it('is searched: guides, operations, events, errors and settings', async () => {
      const page = await open('guide/polls.html')
      const first = page.getByRole('option').first()
      for (const [typed, wanted, to] of [
        ['send photo', '/chats/{chat_jid}/images', 'api/messaging.html#messaging.sendImage'],
        ['message.received', 'message.received', 'webhook-events.html#messagereceived'],
        ['device_not_linked', 'device_not_linked', 'reference/errors.html#device_not_linked'],
        ['WEBHOOK_RETRY_LIMIT', 'WEBHOOK_RETRY_LIMIT', 'reference/settings.html#webhook_retry_limit'],
        // With a slip of the finger.
        ['webhook signatre', 'Check the signature', undefined],
      ] as const) {
        await page.locator('#q').fill(typed)
        await page.getByRole('option', { name: wanted }).first().waitFor()
        if (to) assert.equal(await first.getAttribute('data-to'), served.url + to)
      }
    })

    it('is searched with the keyboard alone', async () => {
      const page = await open('guide/polls.html')
      await page.keyboard.press('/')
      await page.keyboard.type('language keyboard')
      await page.getByRole('option', { name: 'Language, look, keyboard' }).waitFor()
      await page.keyboard.press('Enter')
      await page.waitForURL(`${served.url}guide/console.html#language-look-keyboard`)
    })

    it('opens the box of an operation that is linked to', async () => {
      const page = await open('api/polls.html#polls.create')
      await page.locator('[id="polls.create"]').getByText('Link to this').waitFor()
    })

    it('copies a block of code', async () => {
      const page = await open('guide/behind-a-proxy.html', { permissions: ['clipboard-read', 'clipboard-write'] })
      await page.getByRole('button', { name: 'Copy' }).first().click()
      await page.getByRole('button', { name: 'Copied' }).waitFor()
      assert.match(String(await page.evaluate('navigator.clipboard.readText()')), /^SWITCHBOARD_TRUSTED_PROXIES=/)
    })

    it('is read without scripts, page by page', async () => {
      const page = await open('guide/calls.html', { javaScriptEnabled: false })
      await page.locator('#pages').getByRole('link', { name: 'Polls' }).click()
      await page.getByRole('heading', { name: 'Polls', level: 1 }).waitFor()
      assert.ok(!(await page.getByRole('combobox').isVisible()))
      await page.getByRole('link', { name: /^Next:/ }).click()
      await page.getByRole('heading', { name: 'Channels', level: 1 }).waitFor()
    })

    it('shows a page for what is not there, at any depth', async () => {
      const context = await browser.newContext()
      const page = await context.newPage()
      const answer = await page.goto(`${served.url}guide/deep/no-such-page.html`)
      assert.equal(answer?.status(), 404)
      await page.getByRole('link', { name: 'All pages' }).click()
      await page.waitForURL(`${served.url}index.html`)
    })

    it('serves what is in its folder, and survives addresses that are none', async () => {
      for (const address of ['%E0%A4%A', '%2e%2e%2f%2e%2e%2fetc/passwd', 'guide/', '%00'])
        assert.equal((await fetch(served.url + address)).status, 404, address)
      assert.equal((await fetch(served.url)).status, 200)
    })

    const looks = [
      { colorScheme: 'light', width: 1280 },
      { colorScheme: 'dark', width: 390 },
    ] as const
    for (const { colorScheme, width } of looks) {
      it(`can be used by everybody in ${colorScheme} colours, ${width} pixels wide`, async () => {
        const page = await open('guide/polls.html', { colorScheme, viewport: { width, height: 844 } })
        await page.evaluate(axe)
        const { violations } = (await page.evaluate('axe.run()')) as AxeResult
        assert.deepEqual(
          violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
          [],
        )
      })
    }

    it('fits a narrow screen', async () => {
      const page = await open('', { viewport: { width: 390, height: 844 } })
      for (const to of ['guide/polls.html', 'reference/settings.html']) {
        await page.goto(served.url + to)
        const [needs, has] = (await page.evaluate('[document.documentElement.scrollWidth, innerWidth]')) as number[]
        assert.ok(needs! <= has!, `${to} is wider than the screen`)
      }
    })
  })
})
