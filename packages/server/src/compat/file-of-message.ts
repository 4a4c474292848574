import type { Media } from '../media/media.ts'
import { readWhole } from '../media/read-whole.ts'
import { type Addresses, formsOf } from '../people/addresses.ts'
import { largestFileBytes } from '../webhooks/formed-request.ts'

const limitMs = 10_000

/** The file of a message for a delivery; undefined when it cannot be had now, or is too large: the delivery goes out without it. */
export const fileOfMessage =
  (media: Pick<Media, 'file'>, addresses: Pick<Addresses, 'lookUp'>) =>
  async (deviceId: string, chat: string, messageId: string): Promise<Buffer | undefined> => {
    try {
      const address = (await addresses.lookUp(deviceId, [chat]))(chat)
      const options = { signal: AbortSignal.timeout(limitMs), waitMs: 0 }
      return await readWhole(await media.file(deviceId, messageId, formsOf(address), options), largestFileBytes)
    } catch {
      return undefined
    }
  }
