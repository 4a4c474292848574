import type { Endpoints } from '@switchboard/engine'
import { z } from 'zod'
import { ConfigError } from '../config/config-error.ts'
import { askJson } from './ask-json.ts'
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
  const said = await askJson(url, timeoutMs).catch((error: NodeJS.ErrnoException) => {
    if (error instanceof SyntaxError) throw new ConfigError(complaint(error.message))
    throw new NotAnswering(complaint(error.code ?? error.message), { cause: error })
  })
  try {
    const world = answer.parse(said)
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
