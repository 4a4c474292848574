import { randomUUID } from 'node:crypto'
import type { Operation } from '../../kit/define-operation.ts'
import { bodySchema } from '../path-values.ts'
import type { Provoke } from '../walk.ts'

const other = (name: string, value: unknown): unknown => {
  if (name === 'base64') return Buffer.from('another file').toString('base64')
  if (typeof value === 'string') return `${value} again`
  if (typeof value === 'boolean') return !value
  if (Array.isArray(value)) return value.slice(1)
  return typeof value === 'number' ? value / 2 : value
}

/** The same key with another body, which the operation would take as well. */
export default (async (walk, entry) => {
  const good = walk.mine.values.body(entry) ?? {}
  const { body } = entry.operation as Operation
  const fields = bodySchema(entry)?.properties ?? {}
  const more = Object.entries({ wait: 30, caption: 'Another', text: 'Another', emoji: '🎉' }).filter(
    ([name]) => name in fields,
  )
  const changes = [...Object.entries(good).map(([name, value]) => [name, other(name, value)] as const), ...more]
  const taken = changes
    .map(([name, value]) => ({ [name]: value }))
    .find((change) => body?.safeParse({ ...good, ...change }).success)
  if (!taken) throw new Error(`${entry.id} has no field that can be changed`)
  const headers = { 'idempotency-key': randomUUID() }
  await walk.ask(entry, { headers })
  return { headers, body: taken }
}) satisfies Provoke
