import { createHash, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { connect } from 'node:tls'
import type { Phone, Sandbox } from '@switchboard/sandbox'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { buildExtension } from '../../../scripts/build/passkey-extension.ts'

const root = path.resolve(import.meta.dirname, '../../..')
const places = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser']
const browserPath = places.find((place) => place !== undefined && existsSync(place))

export const noChromium = browserPath ? false : 'Chromium is not installed (apt-get install chromium)'

/** Hash of the key of a TLS server, as Chromium takes exceptions. */
async function keyHashOf(port: number): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const { raw } = socket.getPeerCertificate()
  socket.destroy()
  const key = new X509Certificate(raw).publicKey.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(key).digest('base64')
}

export interface Chromium {
  readonly context: BrowserContext
  /** Where the extension lies. */
  readonly extension: string
  /** A page before which an authenticator lies that holds the passkey of the phone's account. */
  pageOf(phone: Phone): Promise<Page>
  close(): Promise<void>
}

/** A browser with the extension as it is built for Chrome. `web.whatsapp.com` leads it to a sandbox with TLS, and no name leads off this machine. */
export async function openChromium({ origin }: Sandbox): Promise<Chromium> {
  const folder = await mkdtemp(path.join(tmpdir(), 'passkey-extension-'))
  const extension = path.join(folder, 'chrome')
  await buildExtension(root, 'chrome', extension)
  const port = Number(new URL(origin).port)
  const context = await chromium.launchPersistentContext(path.join(folder, 'profile'), {
    executablePath: browserPath!,
    ignoreDefaultArgs: ['--disable-extensions'],
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync'],
      ...[`--load-extension=${extension}`, `--disable-extensions-except=${extension}`],
      `--host-resolver-rules=MAP web.whatsapp.com 127.0.0.1:${port}, MAP gateway.example 127.0.0.1:${port}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1`,
      `--ignore-certificate-errors-spki-list=${await keyHashOf(port)}`,
    ],
  })
  context.setDefaultTimeout(15_000)
  return {
    context,
    extension,
    pageOf: (phone) => pageWithPasskey(context, phone),
    async close() {
      await context.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function pageWithPasskey(context: BrowserContext, { account }: Phone): Promise<Page> {
  const { credentialId, rpId, privateKey, userHandle, signCount } = account.passkey!
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
  const page = await context.newPage()
  const cdp = await context.newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  })
  const credential = { isResidentCredential: true, rpId, signCount, userHandle: base64(userHandle) }
  await cdp.send('WebAuthn.addCredential', {
    authenticatorId,
    credential: { ...credential, credentialId: base64(credentialId), privateKey: base64(privateKey) },
  })
  return page
}
