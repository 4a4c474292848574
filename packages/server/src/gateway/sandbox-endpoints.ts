import type { Endpoints } from '@switchboard/engine'
import { z } from 'zod'
import { ConfigError } from '../config/config-error.ts'
import { NotAnswering } from './when-it-answers.ts'

const answer = z.object({
  socket_url: z.string(),
  media_url: z.string(),
  root_key_hex: z.string().regex(/^[0-9a-f]{64}$/),
})

const timeoutMs = 5_000

/** Asks a running sandbox where its world is and which root key proves it.
 *  @throws NotAnswering when nothing answers there, ConfigError when what answers is no sandbox; each with a line for the operator */
export async function sandboxEndpoints(url: string): Promise<Endpoints> {
  const complaint = (reason: string) => `SWITCHBOARD_SANDBOX_URL is "${url}": no sandbox answers there (${reason})`
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) }).catch((error: Error) => {
    const { code } = (error.cause ?? {}) as { code?: string }
    throw new NotAnswering(complaint(code ?? error.message), { cause: error })
  })
  try {
    const world = answer.parse(await response.json())
    return {
      socketUrl: world.socket_url,
      noiseRoot: Buffer.from(world.root_key_hex, 'hex'),
      mediaOrigin: world.media_url,
      webOrigin: world.media_url,
    }
  } catch (cause) {
    throw new ConfigError(complaint((cause as Error).message))
  }
}
