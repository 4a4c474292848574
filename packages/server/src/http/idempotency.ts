import { createHash } from 'node:crypto'
import { AppError } from '../errors/app-error.ts'
import type { Services } from '../gateway/services.ts'
import type { ActLedger } from '../kit/act.ts'
import { IdempotencyStore } from '../storage/idempotency-store.ts'
import { KeyedAct } from './act-ledger.ts'
import type { Answer } from './envelope.ts'

const keptMs = 24 * 60 * 60 * 1000

interface KeyedRequest {
  readonly services: Services
  readonly deviceId: string
  readonly key: string | readonly string[]
  readonly operation: string
  /** It is an act, to be begun and ended in the ledger. */
  readonly isAct: boolean
  /** What makes two requests of an operation the same. */
  readonly input: unknown
  /** Called when this request repeats one that was done. */
  readonly replayed: () => void
}

/** Keys with a first request that runs in this process now. */
const running = new WeakMap<object, Set<string>>()

const runningIn = (services: Services): Set<string> => {
  const set = running.get(services.database) ?? new Set<string>()
  running.set(services.database, set)
  return set
}

const checkKey = (key: string | readonly string[]): string => {
  if (typeof key === 'string' && /^[\x21-\x7e]{1,255}$/.test(key)) return key
  throw new AppError('invalid_request', 'Idempotency-Key: takes 1 to 255 visible characters')
}

/** Runs a request once for its key. A repeat gets the stored answer; a repeat after a crash runs again under the *same message id*, so that
 *  it meets the message of the first run instead of making a second one. Refusals are not stored: nothing was done, or the message id tells. */
export const withIdempotency = async (
  keyed: KeyedRequest,
  run: (key: string, messageId: string, act: ActLedger | undefined) => Promise<Answer>,
): Promise<Answer> => {
  const { services, deviceId } = keyed
  const key = checkKey(keyed.key)
  const name = `${deviceId} ${key}`
  const active = runningIn(services)
  if (active.has(name)) throw new AppError('idempotency_in_progress', undefined, { retryAfterSeconds: 1 })
  active.add(name)
  try {
    const store = new IdempotencyStore(services.database)
    const requestHash = createHash('sha256')
      .update(JSON.stringify([keyed.operation, keyed.input]))
      .digest()
    const now = services.clock.now()
    const claim = { deviceId, key, requestHash, messageId: services.engine.newMessageId(), now }
    const { claimed, row } = await store.claim(claim, services.age() - keptMs)
    if (!requestHash.equals(row.request_hash)) throw new AppError('idempotency_conflict')
    if (row.status !== 0) {
      keyed.replayed()
      return { status: row.status, body: JSON.parse(row.response ?? 'null') }
    }
    // The first one may have been cut off between the message and its answer.
    if (!claimed && (await services.messages.get(deviceId, row.message_id!))) keyed.replayed()
    const { operation, replayed } = keyed
    const named = { deviceId, key, takenAt: row.created_at, operation, token: row.message_id!, replayed }
    const act = keyed.isAct ? await KeyedAct.open(services.database, named, () => services.clock.now()) : undefined
    const answer = await run(key, row.message_id!, act).catch(async (error: unknown) => {
      // Where that cannot be stored either, a repeat asks.
      await act?.failed(error).catch(() => {})
      throw error
    })
    const response = JSON.stringify(answer.body)
    const recorded = store.recordStatements(deviceId, key, { status: answer.status, response })
    await services.database.commit([...recorded, ...(act?.done() ?? [])])
    return answer
  } finally {
    active.delete(name)
  }
}
