import { whatsappEndpoints } from '@switchboard/engine-baileys'
import type { Config } from './config/config.ts'
import { createEngine } from './engine/create-engine.ts'
import { sandboxEndpoints } from './gateway/sandbox-endpoints.ts'
import { type Gateway, type GatewayParts, startGateway } from './gateway/start-gateway.ts'
import { createLogger } from './observe/logging.ts'

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
