import { randomUUID } from 'node:crypto'
import { type Bus, BusError } from './bus.ts'

const restSubject = (id: string): string => `wa.rest.${id}`
/** For so long the rest of a large answer can be fetched. */
const restMs = 30_000

/** An answer that is larger than a message of the bus leaves in parts: the first says where the others are, and how large it is. */
export const sendInParts = (bus: Bus, answer: Uint8Array): Buffer => {
  if (answer.length < bus.mostBytes) return Buffer.concat([Buffer.of(0), answer])
  const id = randomUUID()
  const partBytes = bus.mostBytes
  const end = bus.answer(restSubject(id), async (asked) => {
    const from = Number(Buffer.from(asked).toString())
    return answer.subarray(from, from + partBytes)
  })
  setTimeout(end, restMs).unref()
  return Buffer.concat([Buffer.of(1), Buffer.from(JSON.stringify({ id, bytes: answer.length }))])
}

/** @throws BusError lost */
export const receiveParts = async (bus: Bus, first: Uint8Array, timeoutMs: number): Promise<Uint8Array> => {
  if (first[0] === 0) return first.subarray(1)
  const { id, bytes } = JSON.parse(Buffer.from(first.subarray(1)).toString()) as { id: string; bytes: number }
  const parts: Uint8Array[] = []
  for (let have = 0; have < bytes; ) {
    const part = await bus.ask(restSubject(id), Buffer.from(String(have)), timeoutMs).catch(() => undefined)
    if (!part || part.length === 0) throw new BusError('lost')
    parts.push(part)
    have += part.length
  }
  return Buffer.concat(parts)
}
