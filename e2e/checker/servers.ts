import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import type { NetConnectOpts } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PostgresCluster } from '../../packages/server/src/storage/testing/embedded-postgres.ts'
import { killProcess } from '../../packages/server/src/testing/kill-process.ts'
import { startNats, type TestNats } from '../../packages/server/src/testing/start-nats.ts'
import { call } from '../steps/api.ts'
import { freePort } from '../steps/free-port.ts'
import { type GatewayOptions, GatewayProcess } from '../steps/gateway-process.ts'
import { TcpWay } from './tcp-way.ts'

const root = join(import.meta.dirname, '../..')

/** A gateway and its own ways to what it needs. */
export interface Node {
  readonly name: string
  readonly gateway: GatewayProcess
  readonly toPostgres: TcpWay
  readonly toNats: TcpWay | undefined
}

/** Everything that runs: a world, a database, a NATS and some gateways, each in a process of its own. */
export interface Servers {
  readonly worldUrl: string
  readonly nodes: readonly Node[]
  readonly postgres: PostgresCluster
  readonly nats: TestNats | undefined
  stop(): Promise<void>
}

export interface ServerOptions {
  readonly seed: number
  /** One works alone, without NATS. */
  readonly nodes: number
  readonly run: NonNullable<GatewayOptions['run']>
  readonly env?: Readonly<Record<string, string>>
  /** Folder that gets what each gateway prints. */
  readonly logs?: string | undefined
}

/** Starts everything, the gateways one after the other: the first one makes the tables. */
export async function startServers({ seed, nodes: count, run, logs, env = {} }: ServerOptions): Promise<Servers> {
  const ending: (() => unknown)[] = []
  const stop = async () => {
    for (const end of ending.splice(0).reverse()) await end()
  }
  try {
    const home = mkdtempSync(join(tmpdir(), 'switchboard-cluster-'))
    ending.push(() => rmSync(home, { recursive: true, force: true }))
    const world = await startWorld(seed)
    ending.push(() => world.stop())
    const postgres = await PostgresCluster.create()
    ending.push(() => postgres.remove())
    const nats = count > 1 ? await startNats() : undefined
    if (nats) ending.push(() => nats.stop())
    const nodes: Node[] = []
    for (let n = 0; n < count; n++) {
      const node = await makeNode({ n, home, postgres, nats, worldUrl: world.url, run, env, logs })
      ending.push(() => stopNode(node))
      await node.gateway.start()
      nodes.push(node)
    }
    return { worldUrl: world.url, nodes, postgres, nats, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

interface NodeParts extends Pick<ServerOptions, 'run' | 'env' | 'logs'> {
  readonly n: number
  readonly home: string
  readonly postgres: PostgresCluster
  readonly nats: TestNats | undefined
  readonly worldUrl: string
}

async function makeNode({ n, home, postgres, nats, worldUrl, run, env, logs }: NodeParts): Promise<Node> {
  const socket = { path: `${postgres.socketFolder}/.s.PGSQL.5432` } satisfies NetConnectOpts
  const toPostgres = await TcpWay.to(() => socket)
  const toNats = nats && (await TcpWay.to(() => ({ host: '127.0.0.1', port: nats.port })))
  const gateway = new GatewayProcess({
    dataDir: join(home, `node-${n}`),
    port: await freePort(),
    sandboxUrl: worldUrl,
    run,
    logFile: logs && join(logs, `node-${n}.log`),
    env: {
      WHATSAPP_DATASTORE_URI: `postgres://postgres@127.0.0.1:${toPostgres.port}/postgres`,
      SWITCHBOARD_MASTER_KEY: '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff',
      WHATSAPP_AUTO_PRESENCE_ENABLED: 'false',
      WHATSAPP_AUTO_TYPING_ENABLED: 'false',
      ...(toNats && {
        SWITCHBOARD_NATS_URL: `nats://127.0.0.1:${toNats.port}`,
        SWITCHBOARD_SHARED_DIR: join(home, 'shared'),
      }),
      ...env,
    },
  })
  return { name: `node ${n}`, gateway, toPostgres, toNats }
}

async function stopNode({ gateway, toPostgres, toNats }: Node): Promise<void> {
  await gateway.kill9()
  await toPostgres.close()
  await toNats?.close()
}

async function startWorld(seed: number): Promise<{ url: string; stop(): Promise<void> }> {
  const port = await freePort()
  const args = [join(root, 'packages/sandbox/src/cli.ts'), '--port', String(port), '--seed', String(seed)]
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  const url = `http://127.0.0.1:${port}`
  while (child.exitCode === null && !(await call(url).catch(() => undefined))) {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  if (child.exitCode !== null) throw new Error(`the world ended with ${child.exitCode}`)
  return { url, stop: () => killProcess(child) }
}
