import { whatsappEndpoints } from '@switchboard/engine-baileys'
import type { Config } from './config/config.ts'
import { createEngine } from './engine/create-engine.ts'
import { sandboxEndpoints } from './gateway/sandbox-endpoints.ts'
import { type Gateway, type GatewayParts, startGateway } from './gateway/start-gateway.ts'
import { createLogger } from './observe/logging.ts'
import type { Voice } from './process/voice.ts'

/** A gateway with the protocol engine that ships: against the real WhatsApp, or the sandbox that the configuration names. */
export const startShippedGateway = (
  config: Config,
  onFatal: (error: Error) => void,
  overrides: Partial<GatewayParts> & Pick<GatewayParts, 'settings'>,
): Promise<Gateway> => {
  const { log = createLogger(config), clock } = overrides
  return startGateway(config, {
    engine: createEngine(config, { log, ...(clock && { clock }) }),
    endpoints: async () => (config.sandbox.url ? sandboxEndpoints(config.sandbox.url) : whatsappEndpoints),
    onFatal,
    log,
    ...overrides,
  })
}

/** Shown once to a person, when it is made: afterwards only the file has it. Lines for machines are kept by many, so that they name the file alone. */
export const announceSecret =
  (voice: Voice) =>
  (name: string, file: string, value: string): void => {
    if (name === 'adminSecret' && !voice.json)
      voice.say(`Admin secret (X-Admin-Secret), shown once and kept in ${file}: ${value}`)
    else voice.say(`Made ${file}. Keep a copy of it with your backups.`, { secret_file: file })
  }
