import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { connect } from 'node:tls'
import { WebSocket } from 'ws'
import { Sandbox } from '../../start-sandbox.ts'
import { createTlsIdentity } from './tls-identity.ts'

const sandbox = await Sandbox.start({ tls: true, control: true })

function get(url: string, ca?: string): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { ...(ca ? { ca } : {}), agent: false }, async (response) => {
      let body = ''
      for await (const chunk of response) body += String(chunk)
      resolve({ status: response.statusCode, body })
    })
    sent.on('error', reject).end()
  })
}

/** Shakes hands under that name; resolves with whether the certificate was good for it. */
function greet(servername: string, ca: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: sandbox.server.port, host: '127.0.0.1', servername, ca }, () => {
      resolve(socket.authorized)
      socket.destroy()
    })
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? resolve(false) : reject(error),
    )
  })
}

describe('a sandbox with TLS', () => {
  after(() => sandbox.stop())
  const ca = sandbox.caCertificatePem!

  it('proves itself to those who trust its authority, by the names of the machine and of WhatsApp, and to no others', async () => {
    assert.match(sandbox.origin, /^https:/)
    assert.equal((await get(`${sandbox.origin}/phones`, ca)).body, '[]')
    await assert.rejects(get(`${sandbox.origin}/phones`), /self-signed|unable to verify/)
    const names = ['localhost', 'web.whatsapp.com', 'mmg.whatsapp.net', 'example.com']
    assert.deepEqual(await Promise.all(names.map((name) => greet(name, ca))), [true, true, true, false])
  })

  it('takes WebSockets over TLS, and plain ones on the same port', async () => {
    for (const url of [sandbox.socketUrl, sandbox.socketUrl.replace('wss:', 'ws:')]) {
      const socket = new WebSocket(url, { ca })
      await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
      socket.terminate()
    }
    const plain = await fetch(`${sandbox.origin.replace('https:', 'http:')}/phones`)
    assert.deepEqual(await plain.json(), [])
  })

  it('tells those who ask over TLS the addresses for TLS, and those who ask without it the plain ones', async () => {
    const secure = JSON.parse((await get(`${sandbox.origin}/`, ca)).body)
    assert.deepEqual([secure.socket_url, secure.media_url], [sandbox.socketUrl, sandbox.origin])
    const answer = await fetch(`${sandbox.origin.replace('https:', 'http:')}/`)
    const plain = (await answer.json()) as Record<string, string>
    assert.match(`${plain['socket_url']} ${plain['media_url']}`, /^ws:\S+ http:/)
    assert.deepEqual([plain['ca_certificate_pem'], plain['root_key_hex']], [ca, secure.root_key_hex])
  })

  it('shows certificates that strict readers accept', () => {
    const { ca: authorityPem, certificate } = createTlsIdentity(Date.UTC(2026, 0, 1), ['10.0.0.7', 'sandbox.test'])
    const [authority, leaf] = [new X509Certificate(authorityPem), new X509Certificate(certificate)]
    assert.deepEqual([authority.ca, leaf.ca], [true, false])
    assert.ok(authority.checkIssued(authority) && leaf.checkIssued(authority))
    assert.ok(authority.verify(authority.publicKey) && leaf.verify(authority.publicKey))
    assert.equal(leaf.checkHost('sandbox.test'), 'sandbox.test')
    assert.deepEqual([leaf.checkIP('10.0.0.7'), leaf.checkIP('::1')], ['10.0.0.7', '::1'])
    assert.deepEqual([leaf.checkHost('other.test'), leaf.checkIP('10.0.0.8')], [undefined, undefined])
    assert.equal(leaf.validFromDate.toISOString(), '2025-12-31T00:00:00.000Z')
    assert.ok((leaf.validToDate.getTime() - leaf.validFromDate.getTime()) / 86_400_000 < 825)
  })

  it('continues with the same authority in a directory, so that clients need not be told again', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'sandbox-'))
    const authorities: (string | undefined)[] = []
    for (let life = 0; life < 2; life++) {
      const durable = await Sandbox.start({ dataDir, tls: true })
      authorities.push(durable.caCertificatePem)
      await durable.stop()
    }
    rmSync(dataDir, { recursive: true })
    assert.equal(authorities[0], authorities[1])
    assert.notEqual(authorities[0], ca)
  })
})
