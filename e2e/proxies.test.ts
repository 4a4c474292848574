import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import https from 'node:https'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { Sandbox } from '@switchboard/sandbox'
import { WebSocket } from 'ws'
import { findProgram } from '../packages/server/src/process/find-program.ts'
import { until } from '../packages/server/src/testing/until.ts'
import { createApiKey, createDevice, type DeviceApi } from './steps/api.ts'
import { root } from './steps/code-blocks.ts'
import { freePort } from './steps/free-port.ts'
import { GatewayProcess } from './steps/gateway-process.ts'
import { sqliteStore } from './steps/stores.ts'

const site = 'wa.example.com'

const programOf = (name: string): string | undefined => findProgram(name, '/usr/sbin', '/usr/local/sbin')

interface Proxy {
  readonly name: 'nginx' | 'caddy'
  /** Starts the sample in front of a gateway, with TLS at `port`. @returns the certificate to trust */
  start(place: { folder: string; port: number; plainPort: number; gatewayPort: number; program: string }): {
    child: ChildProcess
    authority(): string
  }
}

const sample = (file: string): string => readFileSync(path.join(root, 'deploy/proxies', file), 'utf8')

/** The text with another one instead. @throws when it is not there: the sample was changed, and the test would try something else */
const instead = (text: string, from: string, to: string): string => {
  assert.ok(text.includes(from), `"${from}" is not in the sample`)
  return text.replaceAll(from, to)
}

const nginx: Proxy = {
  name: 'nginx',
  start({ folder, port, plainPort, gatewayPort, program }) {
    const [certificate, key] = [path.join(folder, 'certificate.pem'), path.join(folder, 'key.pem')]
    const subject = ['-subj', `/CN=${site}`, '-addext', `subjectAltName=DNS:${site}`]
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
    execFileSync('openssl', ['req', '-x509', ...curve, '-keyout', key, '-out', certificate, '-days', '1', ...subject], {
      stdio: 'ignore',
    })
    let config = sample('nginx.conf')
    config = instead(config, '127.0.0.1:7001', `127.0.0.1:${gatewayPort}`)
    config = instead(config, 'listen 80;', `listen 127.0.0.1:${plainPort};`)
    config = instead(config, 'listen 443 ssl;', `listen 127.0.0.1:${port} ssl;`)
    config = instead(config, `/etc/letsencrypt/live/${site}/fullchain.pem`, certificate)
    config = instead(config, `/etc/letsencrypt/live/${site}/privkey.pem`, key)
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((kind) => `${kind}_temp_path ${folder}/${kind};`)
      .join('\n')
    const file = path.join(folder, 'nginx.conf')
    const around = `daemon off; pid ${folder}/pid; error_log stderr warn;\nevents {}\nhttp {\naccess_log off;\n${temporary}\n`
    // Its workers are the same user as this process.
    const user = process.getuid?.() === 0 ? 'user root;\n' : ''
    writeFileSync(file, `${user}${around}${config}\n}\n`)
    return {
      child: spawn(program, ['-c', file, '-e', 'stderr'], { stdio: ['ignore', 'ignore', 'pipe'] }),
      authority: () => readFileSync(certificate, 'utf8'),
    }
  },
}

const caddy: Proxy = {
  name: 'caddy',
  start({ folder, port, plainPort, gatewayPort, program }) {
    const file = path.join(folder, 'Caddyfile')
    // Its own authority, and nothing of the system's: it is to ask nobody outside for a certificate.
    const own = `admin off\n\thttp_port ${plainPort}\n\thttps_port ${port}\n\tlocal_certs\n\tskip_install_trust\n\tstorage file_system ${folder}/storage`
    writeFileSync(file, instead(sample('Caddyfile'), 'admin off', own))
    const env = {
      ...{ PATH: process.env['PATH'], HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder },
      ...{ SITE_ADDRESS: site, GATEWAYS: `127.0.0.1:${gatewayPort}` },
    }
    return {
      child: spawn(program, ['run', '--adapter', 'caddyfile', '--config', file], {
        env,
        stdio: ['ignore', 'ignore', 'pipe'],
      }),
      authority: () => readFileSync(path.join(folder, 'storage/pki/authorities/local/root.crt'), 'utf8'),
    }
  },
}

for (const proxy of [nginx, caddy]) {
  const program = programOf(proxy.name)
  const skip = program === undefined && `no ${proxy.name} here: install the package of that name`

  describe(`the sample for ${proxy.name}, in front of a gateway`, { skip, timeout: 120_000 }, () => {
    const folder = mkdtempSync(path.join(tmpdir(), `switchboard-${proxy.name}-`))
    let child: ChildProcess
    let said = ''
    let agent: https.Agent
    let port: number
    let plainPort: number
    let gateway: GatewayProcess
    let sandbox: Sandbox
    let store: Awaited<ReturnType<typeof sqliteStore>>
    let device: DeviceApi
    let bob: Awaited<ReturnType<Sandbox['phone']>>
    let anaJid: string

    interface Answer {
      readonly status: number
      readonly headers: Readonly<Record<string, string | string[] | undefined>>
      readonly text: string
    }

    /** As somebody on the internet calls: by name, with TLS. */
    const call = (place: string, options: https.RequestOptions = {}, body?: string | Buffer): Promise<Answer> =>
      new Promise((resolve, reject) => {
        const request = https.request({ ...target(place), ...options }, (answer) => {
          let text = ''
          answer.on('data', (chunk) => (text += chunk))
          answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }))
        })
        request.on('error', reject)
        request.end(body)
      })
    const target = (place: string) => ({
      ...{ agent, host: '127.0.0.1', port, path: place },
      headers: { host: site, authorization: `Bearer ${device?.token}` },
    })

    before(
      async () => {
        sandbox = await Sandbox.start({ seed: 91, control: true })
        store = await sqliteStore()
        const gatewayPort = await freePort()
        ;[port, plainPort] = [await freePort(), await freePort()]
        gateway = new GatewayProcess({
          ...{ dataDir: store.dataDir, port: gatewayPort, sandboxUrl: sandbox.origin },
          env: { SWITCHBOARD_TRUSTED_PROXIES: '127.0.0.1', LOG_LEVEL: 'info', WHATSAPP_AUTO_TYPING_ENABLED: 'false' },
        })
        await gateway.start()
        const started = proxy.start({ folder, port, plainPort, gatewayPort, program: program! })
        child = started.child
        child.stderr?.on('data', (chunk) => (said += chunk))
        await until(`${proxy.name} answers`, async () => {
          assert.equal(child.exitCode, null, said)
          try {
            agent = new https.Agent({ ca: started.authority(), servername: site })
            return (await call('/readyz')).status === 200
          } catch {
            return false
          }
        })
        device = await createDevice(gateway.url, await createApiKey(gateway.url, gateway.adminSecret), 'first')
        const ana = await sandbox.phone({ name: 'Ana' })
        bob = await sandbox.phone({ name: 'Bob' })
        await ana.scan(await device.loginQr())
        await device.connected()
        anaJid = ana.jid
      },
      { timeout: 120_000 },
    )
    after(async () => {
      agent?.destroy()
      if (child?.exitCode === null) {
        const ended = once(child, 'exit')
        child.kill('SIGTERM')
        await ended
      }
      await gateway?.kill9()
      await sandbox?.stop()
      await store?.remove()
      rmSync(folder, { recursive: true, force: true })
    })

    it('leads from plain HTTP to TLS', async () => {
      const answer = await fetch(`http://127.0.0.1:${plainPort}/docs/`, { redirect: 'manual', headers: { host: site } })
      // Node's fetch sends the host of the URL: nginx has one site, and Caddy none of that name.
      assert.ok(answer.status >= 300 && answer.status < 400, String(answer.status))
    })

    it('says who calls and how, whatever the caller claims', async () => {
      const claims = { 'x-forwarded-for': '6.6.6.6', forwarded: 'for=6.6.6.6;proto=http;host=evil.example' }
      // From an address that is no proxy's.
      const options = {
        localAddress: '127.0.0.2',
        method: 'POST',
        headers: { ...target('/').headers, ...claims, 'x-forwarded-host': 'evil.example' },
      }
      const answer = await call('/devices/me/pairing-links', options)
      assert.match(answer.text, new RegExp(`"https://${site}`), answer.text)
      assert.doesNotMatch(answer.text, /evil/)
      await until('the log names the caller', () => /pairing-links.*address=127\.0\.0\.2/.test(gateway.output))
    })

    it('hands live events on as they come', async () => {
      const seen: string[] = []
      const request = https.get(target('/events/stream'), (answer) => {
        answer.on('data', (chunk) => seen.push(String(chunk)))
        answer.on('error', () => {})
      })
      request.on('error', () => {})
      await once(request, 'response')
      await bob.send(anaJid, { text: 'through the stream' })
      await until('the stream has it', () => seen.join('').includes('through the stream'), 20_000)
      request.destroy()
    })

    it('lets a WebSocket through', async () => {
      const headers = target('/').headers
      const socket = new WebSocket(`wss://127.0.0.1:${port}/events/socket`, { agent, headers })
      const seen: string[] = []
      socket.on('message', (data) => seen.push(String(data)))
      await once(socket, 'open')
      await bob.send(anaJid, { text: 'through the socket' })
      await until('the socket has it', () => seen.join('').includes('through the socket'), 20_000)
      socket.terminate()
    })

    it('takes files that are larger than what proxies allow by themselves', async () => {
      const form = new FormData()
      form.append('file', new Blob([Buffer.alloc(6_000_000, 'text ')]), 'large.txt')
      const body = new Request('http://form', { method: 'POST', body: form })
      const headers = { ...target('/').headers, 'content-type': body.headers.get('content-type') ?? '' }
      const answer = await call('/media', { method: 'POST', headers }, Buffer.from(await body.arrayBuffer()))
      assert.equal(answer.status, 201, answer.text)
      assert.equal(JSON.parse(answer.text).data.size_bytes, 6_000_000)
    })

    it('delivers a text to a phone', async () => {
      const answer = await call(
        `/chats/${bob.id}/messages`,
        { method: 'POST', headers: { ...target('/').headers, 'content-type': 'application/json' } },
        JSON.stringify({ text: `by ${proxy.name}` }),
      )
      assert.equal(answer.status, 200, answer.text)
      await bob.until.message(({ text }) => text === `by ${proxy.name}`)
    })
  })
}
