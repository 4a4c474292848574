import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { type Phone, Sandbox } from '@switchboard/sandbox'
import type { Page } from 'playwright-core'
import { assertionFault } from '../../sandbox/src/world/passkeys/assertion-fault.ts'
import { type Chromium, noChromium, openChromium } from './open-chromium.ts'

const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')

/** What the page sees of the panel. */
const panel = "document.querySelector('html > div')"

describe('the passkey helper in Chromium', { skip: noChromium }, () => {
  let sandbox: Sandbox
  let chromium: Chromium
  let ana: Phone

  before(async () => {
    sandbox = await Sandbox.start({ seed: 1, tls: true })
    ana = await sandbox.phone({ name: 'Ana', passkey: true })
    chromium = await openChromium(sandbox)
  })
  after(async () => {
    await chromium?.close()
    await sandbox?.stop()
  })

  const ask = (page: Page, challenge: Uint8Array, back: string, credentials: readonly string[] = []) => {
    const allowCredentials = credentials.map((id) => ({ id, type: 'public-key' }))
    const request = { rpId: 'whatsapp.com', allowCredentials, userVerification: 'required' }
    const asked = JSON.stringify({ options: { ...request, challenge: base64url(challenge) }, back })
    return page.goto(`https://web.whatsapp.com/#switchboard=${base64url(Buffer.from(asked))}`)
  }

  for (const named of [false, true]) {
    it(`signs the bytes of the challenge with ${named ? 'the credential that is named' : 'any passkey of the account'}`, async () => {
      const page = await chromium.pageOf(ana)
      const passkey = ana.account.passkey!
      const challenge = randomBytes(32)
      await ask(page, challenge, 'https://gateway.example/pair/abc', named ? [base64url(passkey.credentialId)] : [])
      assert.equal(new URL(page.url()).hash, '', 'WhatsApp does not see who asks')
      // The panel lies in a closed shadow: the person presses Enter on the button that has the focus.
      await page.keyboard.press('Enter')
      await page.waitForURL('https://gateway.example/pair/abc#passkey=*')
      const json = Buffer.from(new URL(page.url()).hash.slice('#passkey='.length), 'base64url').toString()
      assert.equal(assertionFault(passkey, challenge, passkey.credentialId, json), undefined)
      assert.match(String(assertionFault(passkey, randomBytes(32), passkey.credentialId, json)), /another challenge/)
      await page.close()
    })
  }

  it('signs nothing for a press that no person made', async () => {
    const page = await chromium.pageOf(ana)
    await ask(page, randomBytes(32), 'https://gateway.example/pair/abc')
    const seen = await page.evaluate<[boolean, string]>(
      `(() => { const place = ${panel}; place.click(); return [place.shadowRoot === null, place.textContent] })()`,
    )
    assert.deepEqual(seen, [true, ''])
    await page.waitForTimeout(300)
    assert.equal(new URL(page.url()).host, 'web.whatsapp.com')
    await page.close()
  })

  for (const [what, back] of [
    ['a script in place of a page', 'javascript:alert(1)'],
    ['an address with a name in it', 'https://who@gateway.example/'],
  ] as const) {
    it(`shows nothing to ${what}`, async () => {
      const page = await chromium.context.newPage()
      await ask(page, randomBytes(32), back)
      assert.equal(await page.evaluate(`${panel} === null`), true)
      await page.close()
    })
  }

  it('does nothing on other pages, and can be found there by its picture', async () => {
    const page = await chromium.context.newPage()
    await page.goto('https://gateway.example/#switchboard=e30')
    assert.equal(new URL(page.url()).hash, '#switchboard=e30')
    const manifest = await readFile(path.join(chromium.extension, 'manifest.json'), 'utf8')
    const { key } = JSON.parse(manifest) as { key: string }
    const hash = createHash('sha256').update(Buffer.from(key, 'base64')).digest('hex').slice(0, 32)
    const id = Array.from(hash, (digit) => String.fromCharCode(97 + Number.parseInt(digit, 16))).join('')
    const loads = `new Promise((done) => { const picture = new Image(); picture.onload = () => done(true); picture.onerror = () => done(false); picture.src = 'chrome-extension://${id}/here.svg' })`
    assert.equal(await page.evaluate(loads), true)
    await page.close()
  })
})
