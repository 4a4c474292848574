import { z } from 'zod'
import type { StoredErasure } from '../../erasure/erasures.ts'
import { DeviceId } from '../../schemas/device-id.ts'
import { Instant } from '../../schemas/instant.ts'

const example = `ers_${'0f'.repeat(16)}`

// Any text: what is no id is an erasure that does not exist.
export const ErasurePath = z.object({
  erasure_id: z
    .string()
    .max(100)
    .meta({ description: 'Id of the erasure.', examples: [example] }),
})

export const ErasureState = z.enum(['queued', 'running', 'cleaning', 'done']).meta({
  id: 'ErasureState',
  description:
    '`queued`: it begins in a moment. `running`: rows and files are being removed. `cleaning`: they are gone, and are taken out of the files of the database. `done`: nothing of it is here any more.',
})

const Counts = z
  .record(z.string(), z.int())
  .meta({ examples: [{ message: 214, event: 530, message_receipt: 96, files: 12 }] })

const Trouble = z
  .string()
  .nullable()
  .meta({ description: 'Why it gets no further just now. It is tried again', examples: ['not_ready'] })

/** What was done to the files. How much else stands in them, and whether anybody else knows the same person, is nobody's business. */
const statements = {
  sqlite:
    'The rows were overwritten where they stood, the write-ahead log and the log of units were emptied, and the file of the database was searched for what was erased and written anew unless nothing was found',
  postgres: 'The rows were deleted and their place was given free (VACUUM)',
} as const

/** What was erased, as a certificate: nothing in it names a person. */
export const Erasure = z
  .object({
    erasure_id: z.string().meta({ examples: [example] }),
    kind: z.enum(['contact', 'chat', 'device', 'tenant']),
    state: ErasureState,
    api_key_id: z.int(),
    subject_hash: z
      .string()
      .nullable()
      .meta({
        description:
          'Keyed hash (HMAC-SHA256) of the number, LID or address that was erased: the same for the same one. `GET /erasures?address=…` finds the erasure by each address that was known of the person. Null for a device and a tenant',
        examples: ['0f'.repeat(32)],
      }),
    requested_by: z.string().meta({ description: 'Who asked, as the audit names them', examples: ['key:3'] }),
    requested_at: Instant,
    completed_at: Instant.nullable(),
    removed: Counts.describe(
      'Rows by table, and `files`. `…_redacted`: rows of others that stay without the number of the person',
    ),
    cancelled: z
      .object({
        sends: z.int().describe('Messages to the person or the chat that had not left'),
        proposals: z.int().describe('Messages that waited for a person to agree'),
        deliveries: z.int().describe('Events that a webhook would still have got'),
      })
      .describe('What was on its way and is not any more'),
    devices: z.array(
      z.object({
        device_id: DeviceId,
        state: ErasureState,
        error: Trouble,
      }),
    ),
    error: Trouble,
    statement: z
      .string()
      .nullable()
      .meta({
        description: 'What was done to the files of the database; null until then',
        examples: [statements.sqlite],
      }),
    not_covered: z
      .array(z.string())
      .meta({ description: 'What this server cannot reach', examples: [['Backups that were made before']] }),
  })
  .meta({ id: 'Erasure' })

const order = ['queued', 'running', 'cleaning', 'done'] as const

const everywhere = [
  'Copies at WhatsApp, on the phone of the account and with other people',
  'Events that were delivered to webhooks and read by programs before',
  'Backups and exports that were made before: erase again after restoring one',
  'Logs that are kept outside this server',
]
const onPostgres = [
  'Write-ahead log, archives and replicas of PostgreSQL, and free space in its files until it is used again',
]

const cancelledNames = {
  sends: 'cancelled_sends',
  proposals: 'cancelled_proposals',
  deliveries: 'cancelled_deliveries',
} as const

/** The parts of one request, as one. */
export const erasureView = (parts: readonly StoredErasure[]): z.input<typeof Erasure> => {
  const [first] = parts as [StoredErasure]
  const whole = parts.find(({ kind }) => kind === 'tenant') ?? first
  const total = (name: string) => parts.reduce((sum, { counts }) => sum + (counts[name] ?? 0), 0)
  const cancelled = Object.values<string>(cancelledNames)
  const names = [...new Set(parts.flatMap(({ counts }) => Object.keys(counts)))].filter(
    (name) => !cancelled.includes(name),
  )
  const isDone = parts.every(({ state }) => state === 'done')
  const proofs = parts.flatMap(({ proof }) => proof ?? [])
  return {
    erasure_id: whole.requestId,
    kind: whole.kind,
    state: order[Math.min(...parts.map(({ state }) => order.indexOf(state)))]!,
    api_key_id: whole.apiKeyId,
    subject_hash: whole.subjectHash,
    requested_by: whole.askedBy,
    requested_at: whole.createdAt,
    completed_at: isDone ? Math.max(...parts.map(({ completedAt }) => completedAt ?? 0)) : null,
    removed: Object.fromEntries(names.sort().map((name) => [name, total(name)])),
    cancelled: {
      sends: total(cancelledNames.sends),
      proposals: total(cancelledNames.proposals),
      deliveries: total(cancelledNames.deliveries),
    },
    devices: parts.flatMap(({ deviceId, state, error }) => (deviceId ? [{ device_id: deviceId, state, error }] : [])),
    error: whole.error,
    statement: isDone && proofs[0] ? statements[proofs[0].database] : null,
    not_covered: [...everywhere, ...(proofs[0]?.database === 'postgres' ? onPostgres : [])],
  }
}
