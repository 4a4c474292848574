import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { killProcess } from '../packages/server/src/testing/kill-process.ts'
import { until } from '../packages/server/src/testing/until.ts'
import { nodePackage } from '../scripts/package/node-packages.mjs'
import { createApiKey, createDevice } from './steps/api.ts'
import { root } from './steps/code-blocks.ts'
import { freePort } from './steps/free-port.ts'

const mostInstalledBytes = 60e6
/** A PNG of one point. */
const dot = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

const sizeOf = (folder: string): number =>
  globSync('**', { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0)

/** Proxies, and authorities that sign what comes through them. */
const waysOut = /^(?:NODE_EXTRA_CA_CERTS|SSL_CERT_(?:FILE|DIR)|(?:https?|no)_proxy)$/i

describe('the npm package of the gateway', { timeout: 600_000 }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'switchboard-package-'))
  const work = path.join(folder, 'work')
  const modules = path.join(folder, 'installed/node_modules')
  const command = path.join(modules, '.bin/switchboard')
  let running: ChildProcess | undefined
  let said = ''
  let ports: { SERVER_PORT: string; SANDBOX_PORT: string }

  // As on a machine of somebody else: none of our settings, and an npm that runs no scripts. How that machine reaches the registry is its own.
  const environment = () => ({
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => waysOut.test(name))),
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '',
    npm_config_prefer_offline: 'true',
    npm_config_ignore_scripts: 'true',
    ...ports,
  })
  const run = (...args: string[]) => spawnSync(command, args, { cwd: work, env: environment(), encoding: 'utf8' })

  before(
    async () => {
      ports = { SERVER_PORT: String(await freePort()), SANDBOX_PORT: String(await freePort()) }
      const made = path.join(folder, 'made')
      for (const each of [work, made, path.dirname(modules)]) mkdirSync(each)
      const npm = (args: string[], cwd: string) =>
        execFileSync('npm', args, { cwd, env: environment(), encoding: 'utf8', timeout: 240_000 })
      execFileSync(process.execPath, [path.join(root, 'scripts/build/gateway-package.ts'), made])
      const tarball = npm(['pack', '--silent'], made).trim()
      // The registry's settings of the project, and nothing else of it.
      cpSync(path.join(root, '.npmrc'), path.join(folder, 'installed/.npmrc'))
      npm(['install', '--no-audit', '--no-fund', '--loglevel=error', path.join(made, tarball)], path.dirname(modules))
    },
    { timeout: 300_000 },
  )
  after(async () => {
    await killProcess(running)
    rmSync(folder, { recursive: true, force: true })
  })

  it('holds only what runs, and brings its Node without a script', (test) => {
    const brought = path.join(modules, nodePackage())
    assert.ok(existsSync(path.join(brought, 'bin')), nodePackage())
    const bytes = sizeOf(modules) - sizeOf(brought)
    test.diagnostic(`${(bytes / 1e6).toFixed(1)} MB installed, its Node apart (at most ${mostInstalledBytes / 1e6})`)
    assert.ok(bytes < mostInstalledBytes, `${bytes} bytes`)
    const own = globSync('**/*.{ts,test.*}', { cwd: path.join(modules, '@switchboard/gateway') })
    assert.deepEqual(own, [])
    const notices = readFileSync(path.join(modules, '@switchboard/gateway/THIRD-PARTY.md'), 'utf8')
    for (const name of ['fastify', 'zod', 'kysely']) assert.match(notices, new RegExp(`^## ${name} \\d`, 'm'))
  })

  it('names its commands, and refuses others', () => {
    const help = run('--help')
    assert.equal(help.status, 0, help.stderr)
    for (const name of ['start', 'sandbox', 'world', 'import', 'backup', 'restore', 'config', 'doctor']) {
      assert.match(help.stdout, new RegExp(`^  ${name} +\\S`, 'm'))
      const own = run(name, '--help')
      assert.equal(own.status, 0, own.stderr)
      assert.match(own.stdout, new RegExp(`switchboard ${name} `))
      assert.doesNotMatch(own.stdout, /npm \S+ .*--/)
    }
    const wrong = run('strat')
    assert.deepEqual([wrong.status, wrong.stdout], [2, ''])
    assert.match(wrong.stderr, /^Unknown command: strat\. There are: start, /)
    assert.match(run('--version').stdout, /^\d+\.\d+\.\d+\n$/)
  })

  it('runs a sandbox in which a text arrives, and ends in order', async () => {
    running = spawn(command, ['sandbox'], { cwd: work, env: environment(), stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [running.stdout, running.stderr]) stream?.on('data', (chunk) => (said += chunk))
    await until('it is ready', () => {
      assert.equal(running?.exitCode, null, said)
      return said.includes('The gateway listens on')
    })
    const [url, world] = [`http://127.0.0.1:${ports.SERVER_PORT}`, `http://127.0.0.1:${ports.SANDBOX_PORT}`]
    const ask = async (place: string, body?: object) => {
      const answer = await fetch(`${world}${place}`, {
        ...(body && { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      })
      return (await answer.json()) as { id: string; phone: string; messages: { text?: string }[] }
    }
    const admin = readFileSync(path.join(work, 'data/sandbox/secrets/admin-secret'), 'utf8').trim()
    const device = await createDevice(url, await createApiKey(url, admin), 'first')
    const [ana, bob] = [await ask('/phones', { name: 'Ana' }), await ask('/phones', { name: 'Bob' })]
    await ask(`/phones/${ana.id}/scan`, { qr: await device.loginQr() })
    await device.connected()
    const { status } = await device.sendText(bob.phone, 'from a package')
    assert.equal(status, 200)
    await until('Bob reads it', async () =>
      JSON.stringify(await ask(`/phones/${bob.id}/messages`)).includes('from a package'),
    )

    // Files are told by their bytes and converted by libraries that are installed with the package.
    const form = new FormData()
    form.append('file', new Blob([Buffer.from(dot, 'base64')]), 'dot.png')
    const picture = await fetch(`${url}/chats/${bob.phone}/images`, {
      ...{ method: 'POST', body: form, headers: { authorization: `Bearer ${device.token}` } },
    })
    assert.equal(picture.status, 200, await picture.text())
    await until('Bob sees it', async () => JSON.stringify(await ask(`/phones/${bob.id}/messages`)).includes('"image"'))

    const doctor = run('doctor', '--offline')
    assert.match(doctor.stdout, /^ok {4}Port +a gateway answers at /m)

    const ended = once(running, 'exit')
    running.kill('SIGTERM')
    assert.deepEqual(await ended, [0, null], said)
  })
})
