import { createBaileysEngine, whatsappEndpoints } from '@switchboard/engine-baileys'
import type { Config } from './config/config.ts'
import { loadEnvironment } from './config/load-environment.ts'
import { readConfig } from './config/read-config.ts'
import { sandboxEndpoints } from './gateway/sandbox-endpoints.ts'
import { type Gateway, type GatewayParts, startGateway } from './gateway/start-gateway.ts'
import { createLogger } from './observe/logging.ts'
import { claimDataDir } from './process/claim-data-dir.ts'
import { completeSecrets } from './process/complete-secrets.ts'
import { runProcess } from './process/run-process.ts'
import { startWatchdog } from './process/watchdog.ts'

/** A gateway with the protocol engine that ships: against the real WhatsApp, or the sandbox that the configuration names. */
export const startShippedGateway = (
  config: Config,
  onFatal: (error: Error) => void,
  overrides: Partial<GatewayParts> = {},
): Promise<Gateway> => {
  const log = overrides.log ?? createLogger(config)
  const logger = log.child(
    { part: 'whatsapp' },
    { level: config.log.level === 'silent' ? 'silent' : config.whatsapp.logLevel },
  )
  return startGateway(config, {
    engine: createBaileysEngine({ logger }),
    endpoints: async () => (config.sandbox.url ? sandboxEndpoints(config.sandbox.url) : whatsappEndpoints),
    onFatal,
    log,
    ...overrides,
  })
}

/** Shown once, when it is made: afterwards only the file has it. */
export const announceSecret = (name: string, file: string, value: string): void => {
  if (name === 'adminSecret') console.log(`Admin secret (X-Admin-Secret), shown once and kept in ${file}: ${value}`)
  else console.log(`Made ${file}. Keep a copy of it with your backups.`)
}

if (import.meta.main) {
  await runProcess(async (fatal) => {
    const config = completeSecrets(readConfig(loadEnvironment()), announceSecret)
    claimDataDir(config.storage.dataDir, config.sandbox.url ? 'sandbox' : 'whatsapp')
    startWatchdog(config)
    const gateway = await startShippedGateway(config, fatal)
    console.log(`Switchboard listens on ${gateway.url} (docs: ${gateway.url}/docs/)`)
    return gateway
  })
}
