import { setTimeout as sleep } from 'node:timers/promises'
import type { Node, Servers } from './servers.ts'
import type { WayState } from './tcp-way.ts'

/** Something that goes wrong, and is well again when it resolves. */
export interface Trouble {
  readonly name: string
  /** Takes a node away from its devices; the others have them connected again while the rest runs. */
  begin?(): Promise<void>
  run(): Promise<void>
}

/** Longer than a lease: whoever comes back then is a zombie. */
const zombieMs = 14_000
const cutMs = 12_000

/** Everything that can go wrong with these servers. @param random chooses the node, and how a way is cut */
export function troublesOf({ nodes, postgres, nats }: Servers, random: () => number): Trouble[] {
  const pick = () => nodes[Math.floor(random() * nodes.length)]!
  const cut = (name: string, ways: (node: Node) => (Node['toNats'] | undefined)[]): Trouble => ({
    name,
    async run() {
      const [node, state]: [Node, WayState] = [pick(), random() < 0.5 ? 'closed' : 'silent']
      for (const way of ways(node)) way?.set(state)
      await sleep(cutMs)
      for (const way of ways(node)) way?.set('open')
    },
  })
  let killed: Node | undefined
  const single: Trouble[] = [
    {
      name: 'kill -9 of a node',
      async begin() {
        killed = pick()
        await killed.gateway.kill9()
      },
      async run() {
        await sleep(1_000 + random() * 4_000)
        await killed?.gateway.start()
      },
    },
    {
      name: 'a node that stands still and comes back',
      async run() {
        const { gateway } = pick()
        const { pid } = gateway
        process.kill(pid, 'SIGSTOP')
        await sleep(zombieMs)
        process.kill(pid, 'SIGCONT')
      },
    },
    cut('a node cut from PostgreSQL', ({ toPostgres }) => [toPostgres]),
    {
      name: 'PostgreSQL restarted',
      async run() {
        await postgres.kill9()
        await sleep(1_000)
        await postgres.start()
      },
    },
    {
      name: 'rolling restart',
      async run() {
        for (const { gateway } of nodes) {
          await gateway.stop()
          await gateway.start()
        }
      },
    },
  ]
  if (!nats) return single
  return [
    ...single,
    cut('a node cut from NATS', ({ toNats }) => [toNats]),
    cut('a node cut from both', ({ toNats, toPostgres }) => [toNats, toPostgres]),
    {
      name: 'NATS killed and restarted',
      async run() {
        await nats.kill()
        await sleep(1_000 + random() * 4_000)
        await nats.start()
      },
    },
  ]
}
