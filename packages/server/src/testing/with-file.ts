import type { Phone } from '@switchboard/sandbox'
import type { RegisteredOperation } from '../kit/registered.ts'
import type { Change } from './change.ts'
import { placed } from './path-values.ts'
import { until } from './until.ts'
import type { Walk } from './walk.ts'

interface Stored {
  readonly media: { readonly id: string; readonly url: string }
}

/** A request for the file of this message, whichever way an operation is asked for files. */
export const forMessage = async (
  { mine: { device } }: Walk,
  entry: RegisteredOperation,
  id: string,
): Promise<Change> => {
  // Held back, nothing would arrive.
  await device.api.post('/devices/me/passive', { passive: false })
  const { media } = await until('a message with a file arrives', async () => {
    const answer = await device.api.call<Stored>('GET', `/messages/${id}`)
    return answer.status === 200 && answer.body.data
  })
  if (entry.operation.auth !== 'none') return placed(entry, ['MediaMessageId'], id)
  return { path: { media_id: media.id }, query: new URL(media.url).search }
}

/** The same for a new file, after something was done to it. */
export const forNewFile = async (
  walk: Walk,
  entry: RegisteredOperation,
  spoil: (phone: Phone, id: string) => void,
  data?: Uint8Array,
): Promise<Change> => {
  const { device, friend } = walk.mine
  const { id } = await friend.send(device.phone.id, { document: data ? { data } : {} })
  const request = await forMessage(walk, entry, id)
  spoil(device.phone, id)
  return request
}
