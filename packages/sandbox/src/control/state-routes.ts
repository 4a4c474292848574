import { z } from 'zod'
import { worldName } from '../driver/named-worlds.ts'
import type { Sandbox } from '../driver/sandbox.ts'
import { isMovable } from '../world/world-clock.ts'
import { addressesFor } from './addresses.ts'
import { ControlError } from './control-error.ts'
import { type ControlRequest, type Route, routeWithBody } from './route.ts'

const advance = z.strictObject({
  advance_ms: z
    .int()
    .min(0)
    .max(10 * 366 * 24 * 60 * 60 * 1000)
    .describe('How far time moves on, milliseconds'),
})
const newWorld = z.strictObject({
  name: z
    .string()
    .regex(worldName, 'letters, digits, - and _, at most 40, beginning with a letter or digit')
    .describe('Part of its URL: letters, digits, `-` and `_`, at most 40'),
  seed: z.int().min(0).max(0xffffffff).optional().describe('Made-up numbers and ids repeat with the same seed'),
})
const maxSnapshotBytes = 512 * 1024 * 1024

const now = (sandbox: Sandbox): { now: string } => ({ now: new Date(sandbox.clock.now()).toISOString() })

/** The world as a whole: its time, its state, and more worlds on the same port. */
export const stateRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/clock',
    summary: 'Tells the time in this world',
    answer: '`{now}`',
    run: ({ sandbox }) => now(sandbox),
  },
  routeWithBody({
    method: 'POST',
    path: '/clock',
    summary: 'Moves time on in this world: what comes due meanwhile happens at once',
    body: advance,
    answer: '`{now}`',
    run: ({ sandbox, body }) => {
      if (!isMovable(sandbox.clock))
        throw new ControlError(409, 'clock_fixed', 'the clock of this world cannot be moved')
      sandbox.advance(body.advance_ms)
      return now(sandbox)
    },
  }),
  {
    method: 'POST',
    path: '/snapshot',
    summary:
      'Captures the whole world: people, groups, mailboxes, files, faults, and what phones hold. Open connections are not part of it',
    answer: 'the snapshot as `application/octet-stream`',
    run: ({ sandbox, response }) => {
      const bytes = orConflict('no_snapshots', () => sandbox.snapshot())
      response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': bytes.length }).end(bytes)
    },
  },
  {
    method: 'POST',
    path: '/restore',
    summary:
      'Puts the world back to a snapshot, which is the body. Connections end; clients that were linked then are linked when they come back',
    maxBytes: maxSnapshotBytes,
    answer: '`{restored: true, phones}`',
    run: async ({ sandbox, body }) => {
      try {
        await sandbox.restore(new Uint8Array(body as Buffer))
      } catch (error) {
        throw new ControlError(400, 'invalid_snapshot', error instanceof Error ? error.message : String(error))
      }
      return { restored: true, phones: sandbox.phones().length }
    },
  },
  {
    method: 'GET',
    path: '/worlds',
    summary: 'Lists the other worlds',
    answer: '`[{name, socket_url, media_url, root_key_hex}]`',
    run: (request) => request.sandbox.worlds.names().map((name) => worldView(request, name)),
  },
  routeWithBody({
    method: 'POST',
    path: '/worlds',
    summary: 'Makes another world; its control API is all of this one, under `/worlds/{name}`',
    body: newWorld,
    answer: '`{name, socket_url, media_url, root_key_hex}`',
    run: (request) => {
      const { sandbox, body } = request
      const { name, seed } = body
      orConflict('world_refused', () => sandbox.worlds.create(name, seed === undefined ? {} : { seed }))
      return worldView(request, name)
    },
  }),
  {
    method: 'GET',
    path: '/worlds/{name}',
    summary: 'Says where a world is',
    answer: '`{name, socket_url, media_url, root_key_hex}`',
    run: (request) => worldView(request, request.params['name'] ?? ''),
  },
  {
    method: 'DELETE',
    path: '/worlds/{name}',
    summary: 'Ends a world and forgets it',
    answer: '`{removed}`',
    run: async ({ sandbox, params }) => {
      const name = params['name'] ?? ''
      if (!(await sandbox.worlds.remove(name)))
        throw new ControlError(404, 'world_not_found', `there is no world ${name}`)
      return { removed: name }
    },
  },
]

function worldView({ sandbox, raw }: Pick<ControlRequest, 'sandbox' | 'raw'>, name: string): Record<string, unknown> {
  const world = sandbox.worlds.get(name)
  if (!world) throw new ControlError(404, 'world_not_found', `there is no world ${name}`)
  return { name, ...addressesFor(world, raw), root_key_hex: world.rootKeyHex }
}

function orConflict<T>(code: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw new ControlError(409, code, error instanceof Error ? error.message : String(error))
  }
}
