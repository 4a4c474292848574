import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { after, before, describe } from 'node:test'
import type { Sandbox } from '@switchboard/sandbox'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { noBrowser, openBrowser } from '../../server/src/testing/open-browser.ts'
import { startTestGateway, type TestGateway } from '../../server/src/testing/start-test-gateway.ts'
import { testSecrets } from '../../server/src/testing/test-secrets.ts'
import { faultsOf } from './faults-of.ts'

/** Stories that need a browser: skipped, with a line, where there is none. */
export const describeInBrowser = (name: string, stories: () => void): void => {
  describe(name, { skip: noBrowser() }, stories)
}

export interface PageOptions {
  readonly colorScheme?: 'light' | 'dark'
  readonly language?: 'en-GB' | 'de-DE'
  readonly width?: number
  readonly height?: number
  /** Address of a line to the gateway; the gateway itself when absent. */
  readonly origin?: string
}

/** A gateway in a sandbox, and a browser that opens its console. */
export class ConsoleStory {
  readonly gateway: TestGateway
  readonly #browser: Browser
  readonly #contexts: BrowserContext[] = []
  readonly #faults: string[] = []

  constructor(gateway: TestGateway, browser: Browser) {
    this.gateway = gateway
    this.#browser = browser
  }

  get adminSecret(): string {
    return testSecrets.adminSecret
  }

  /** A page of the console, in a browser of its own that nobody has signed in to.
   *  @param address below `/console/` */
  async open(address = '', options: PageOptions = {}): Promise<Page> {
    return this.openUrl(`${options.origin ?? this.gateway.api.url}/console/${address}`, options)
  }

  /** Any page, in a browser of its own. */
  async openUrl(url: string, options: PageOptions = {}): Promise<Page> {
    const { width = 1280, height = 800, language = 'en-GB', colorScheme = 'light' } = options
    const context = await this.#browser.newContext({ viewport: { width, height }, locale: language, colorScheme })
    this.#contexts.push(context)
    const page = await context.newPage()
    // Only a hang should meet it.
    page.setDefaultTimeout(30_000)
    faultsOf(page, new URL(url).origin, (fault) => this.#faults.push(fault))
    await page.goto(url)
    return page
  }

  /** A page of somebody who has signed in.
   *  @param credential the admin secret, an API key, or the token of a device */
  async openAs(credential: string, address = '', options: PageOptions = {}): Promise<Page> {
    const page = await this.open(address, options)
    await page.getByLabel('Credential').or(page.getByLabel('Zugang')).fill(credential)
    await page.keyboard.press('Enter')
    await page.locator('.shell').waitFor()
    return page
  }

  /** @throws when a page had an error, broke its policy, or asked anybody else */
  assertNoFaults(): void {
    assert.deepEqual(this.#faults, [])
  }

  async stop(): Promise<void> {
    for (const context of this.#contexts) await context.close()
    await this.#browser.close()
    await this.gateway.stop()
  }
}

/** Starts both. The browser is shared by the stories of a file. */
export const openConsole = async (
  environment: Readonly<Record<string, string>> = {},
  sandbox: true | Sandbox = true,
): Promise<ConsoleStory> => {
  const [gateway, browser] = await Promise.all([startTestGateway({ sandbox, environment }), openBrowser()])
  return new ConsoleStory(gateway, browser)
}

/** Opens it before the stories of a file, and ends it after them; a page that had a fault fails them.
 *  @returns what gives the story while they run */
export const openedConsole = (open: () => Promise<ConsoleStory> = openConsole): (() => ConsoleStory) => {
  let story: ConsoleStory
  before(async () => {
    story = await open()
  })
  after(async () => {
    await story.stop()
    story.assertNoFaults()
  })
  return () => story
}

const axe = createRequire(import.meta.url)('axe-core') as { readonly source: string }

interface Violation {
  readonly id: string
  readonly help: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
}

/** Asks axe-core about the page as it is now. */
export const assertAccessible = async (page: Page): Promise<void> => {
  await page.evaluate(axe.source)
  const found = (await page.evaluate('axe.run().then(({ violations }) => violations)')) as Violation[]
  const lines = found.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}\n${nodes.map((node) => `  ${node.html}\n  ${node.failureSummary}`).join('\n')}`,
  )
  assert.deepEqual(lines, [])
}

/** Pictures for a person to look at: wide and narrow, light and dark. Taken only when CONSOLE_PICTURES names a folder. */
export const picture = async (page: Page, name: string): Promise<void> => {
  const folder = process.env['CONSOLE_PICTURES']
  if (!folder) return
  mkdirSync(folder, { recursive: true })
  const before = page.viewportSize()!
  for (const [look, width, height] of [
    ['wide', 1280, 800],
    ['narrow', 360, 740],
  ] as const) {
    await page.setViewportSize({ width, height })
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.waitForTimeout(80)
      await page.screenshot({ path: path.join(folder, `${name}-${look}-${colorScheme}.png`) })
    }
  }
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize(before)
}

/** Fails when something of the page lies outside of it: at 360 px nobody should have to scroll sideways. */
export const assertFits = async (page: Page): Promise<void> => {
  const before = page.viewportSize()!
  await page.setViewportSize({ width: 360, height: 740 })
  await page.waitForTimeout(50)
  const width = await page.evaluate('document.scrollingElement.scrollWidth')
  await page.setViewportSize(before)
  assert.equal(width, 360)
}
