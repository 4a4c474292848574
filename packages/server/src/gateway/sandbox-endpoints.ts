import type { Endpoints } from '@switchboard/engine'
import { z } from 'zod'
import { ConfigError } from '../config/config-error.ts'

const answer = z.object({
  socket_url: z.string(),
  media_url: z.string(),
  root_key_hex: z.string().regex(/^[0-9a-f]{64}$/),
})

const timeoutMs = 5_000

/** Asks a running sandbox where its world is and which root key proves it.
 *  @throws ConfigError with a line for the operator when nothing there answers as a sandbox. */
export async function sandboxEndpoints(url: string): Promise<Endpoints> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) })
    const world = answer.parse(await response.json())
    return {
      socketUrl: world.socket_url,
      noiseRoot: Buffer.from(world.root_key_hex, 'hex'),
      mediaOrigin: world.media_url,
    }
  } catch (cause) {
    throw new ConfigError(`SWITCHBOARD_SANDBOX_URL is "${url}": no sandbox answers there (${(cause as Error).message})`)
  }
}
