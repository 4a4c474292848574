import { z } from 'zod'
import { type FaultCommand, flawOf } from '../driver/fault-command.ts'
import { FaultRefused } from '../driver/fault-commands.ts'
import { deviceName } from '../world/address.ts'
import type { ArmedFault } from '../world/faults/faults.ts'
import { ControlError } from './control-error.ts'
import { type Route, routeWithBody } from './route.ts'

const code = z.int().min(0).max(999)
const ms = z
  .int()
  .min(0)
  .max(366 * 24 * 60 * 60 * 1000)
const seconds = z
  .int()
  .min(1)
  .max(366 * 24 * 60 * 60)

const action = z.discriminatedUnion('kind', [
  z
    .strictObject({ kind: z.literal('drop') })
    .describe('The stanza vanishes; an outgoing one waits, and is sent again when the device has connected anew'),
  z.strictObject({ kind: z.literal('delay'), ms }).describe('It travels later, others overtake it'),
  z.strictObject({ kind: z.literal('duplicate') }).describe('It arrives twice'),
  z.strictObject({ kind: z.literal('reorder') }).describe('It arrives after the next one'),
  z.strictObject({ kind: z.literal('corrupt') }).describe('A byte of its ciphertext flips'),
  z.strictObject({ kind: z.literal('nack'), code }).describe('The server refuses it with that error code'),
  z.strictObject({ kind: z.literal('stream-error'), code }).describe('The stream ends with that code instead'),
  z
    .strictObject({ kind: z.literal('silence') })
    .describe('From here on the socket stays open and says nothing, until the device connects anew'),
  z
    .strictObject({ kind: z.literal('partition'), ms: ms.optional() })
    .describe(
      'Nothing gets through in either direction; it arrives once the way is open again. Until called off without `ms`',
    ),
  z.strictObject({ kind: z.literal('exhausted-pre-keys') }).describe('No one-time prekey of this device is handed out'),
  z
    .strictObject({
      kind: z.literal('login-failure'),
      reason: code,
      code: code.optional(),
      seconds: seconds.optional(),
    })
    .describe('The next login is refused with that reason'),
  z
    .strictObject({ kind: z.literal('temporary-ban'), seconds, code: code.optional() })
    .describe('The device is thrown out, and every login refused with 402 and the seconds that are left'),
  z
    .strictObject({ kind: z.literal('client-outdated') })
    .describe('The device is thrown out, and every login refused with 405'),
  z
    .strictObject({ kind: z.literal('strict-tokens') })
    .describe('The account begins a chat only with the token of that person, or one that it derives: else 463'),
  z
    .strictObject({ kind: z.literal('reach-out-timelock'), seconds: seconds.optional() })
    .describe(
      'Messages to people that the account never talked to are refused with 463. Without `seconds` until called off, and no end is named',
    ),
  z.strictObject({ kind: z.literal('device-removed') }).describe('The phone unlinks this device'),
  z
    .strictObject({ kind: z.literal('lid-migration') })
    .describe('The phone tells its linked devices which hidden ids are behind the numbers it knows'),
  z
    .strictObject({ kind: z.literal('app-state-dirty') })
    .describe('What waits for this device about app state is lost, and the server says that all of it must be fetched'),
  z
    .strictObject({
      kind: z.literal('expired-media'),
      hash: z.string().min(1).max(64),
      status: z.union([z.literal(403), z.literal(404), z.literal(410)]).optional(),
    })
    .describe('Every link to the file with that SHA-256 (`fileEncSha256`, base64) ends; needs no device'),
  z
    .strictObject({
      kind: z.literal('failed-transfer'),
      transfer: z.enum(['upload', 'download']),
      fault: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('refuse'), status: z.int().min(400).max(599) }),
        z.strictObject({ kind: z.literal('break'), share: z.number().min(0).max(1) }),
        z.strictObject({ kind: z.literal('silence') }),
      ]),
      times: z.int().min(1).max(1000).optional(),
    })
    .describe(
      'The media host fails the next uploads or downloads: it refuses them, resets the connection after that share of the file, or stays silent; needs no device',
    ),
])

const commandShape = z.strictObject({
  action,
  device: z.string().optional().describe('JID of a device; a JID without a device number is the phone'),
  devices: z
    .array(z.string())
    .min(1)
    .max(1000)
    .optional()
    .describe('Several at once; `count` is for all of them together'),
  direction: z
    .enum(['in', 'out'])
    .optional()
    .describe('`in` is from the device to the server. `out`, but `in` for a nack, when absent'),
  tag: z.string().max(32).optional().describe('Which stanzas: `message`, `receipt`, `iq`, `ack` …; any when absent'),
  type: z.string().max(64).optional().describe('`type` attribute of the stanzas meant'),
  xmlns: z.string().max(64).optional().describe('Namespace of the iqs meant'),
  count: z.int().min(1).max(1_000_000).optional().describe('How many stanzas it strikes; 1 when absent'),
  probability: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe("Chance that a stanza is struck, drawn from the world's seed"),
})
const command = commandShape.superRefine((body, check) => {
  const message = flawOf(present(body))
  if (message) check.addIssue({ code: 'custom', message })
})

export const faultRoutes: readonly Route[] = [
  routeWithBody({
    method: 'POST',
    path: '/faults',
    summary:
      'Makes something go wrong: for the next stanzas of a device, or a state of the device until it ends or is cancelled',
    body: command,
    answer: '`{armed: true, id}`; without `id` for what is done at once',
    run: async ({ sandbox, body }) => {
      const id = await sandbox.fault.apply(present(body)).catch((error: unknown) => {
        throw error instanceof FaultRefused ? new ControlError(404, 'target_not_found', error.message) : error
      })
      return { armed: true, ...(id === undefined ? {} : { id }) }
    },
  }),
  {
    method: 'GET',
    path: '/faults',
    summary: 'Lists what waits to strike, or lasts',
    answer: '`[{id, devices, action, since, until?, left?, …}]`',
    run: ({ sandbox }) => sandbox.fault.list().map(faultView),
  },
  {
    method: 'DELETE',
    path: '/faults',
    summary: 'Calls every fault off',
    answer: '`{cleared: true}`',
    run: ({ sandbox }) => {
      sandbox.fault.clear()
      return { cleared: true }
    },
  },
  {
    method: 'DELETE',
    path: '/faults/{id}',
    summary: 'Calls one fault off',
    answer: '`{cleared: true}`',
    run: ({ sandbox, params }) => {
      const id = params['id'] ?? ''
      if (!sandbox.fault.cancel(id)) throw new ControlError(404, 'fault_not_found', `no fault ${id} waits or lasts`)
      return { cleared: true }
    },
  },
]

function faultView({ id, devices, what, since, until, left }: ArmedFault): Record<string, unknown> {
  return {
    id,
    devices: devices.map(deviceName),
    ...('action' in what ? what : { action: what }),
    since: new Date(since).toISOString(),
    ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
    ...(left === undefined ? {} : { left }),
  }
}

function present(body: z.output<typeof commandShape>): FaultCommand {
  const plain = (value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(
          Object.entries(value).flatMap(([name, field]) => (field === undefined ? [] : [[name, plain(field)]])),
        )
      : value
  return plain(body) as FaultCommand
}
