import { createBaileysEngine, whatsappEndpoints } from '@switchboard/engine-baileys'
import type { Config } from './config/config.ts'
import { readConfig } from './config/read-config.ts'
import { sandboxEndpoints } from './gateway/sandbox-endpoints.ts'
import { type Gateway, type GatewayParts, startGateway } from './gateway/start-gateway.ts'
import { createLogger } from './observe/logging.ts'
import { claimDataDir } from './process/claim-data-dir.ts'
import { completeSecrets } from './process/complete-secrets.ts'
import { runProcess } from './process/run-process.ts'
import { version } from './process/version.ts'
import type { Voice } from './process/voice.ts'
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
    engine: createBaileysEngine({ logger, ...(overrides.clock && { clock: overrides.clock }) }),
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

if (import.meta.main) {
  const program = { call: 'npm start', purpose: 'A REST API for many WhatsApp accounts.', version }
  await runProcess(program, async ({ environment, voice, fatal }) => {
    const config = completeSecrets(readConfig(environment, { needsSecrets: true }), announceSecret(voice))
    claimDataDir(config.storage.dataDir, config.sandbox.url ? 'sandbox' : 'whatsapp')
    startWatchdog(config)
    const gateway = await startShippedGateway(config, fatal)
    voice.say(`Switchboard listens on ${gateway.url} (docs: ${gateway.url}/docs/)`, { url: gateway.url, version })
    return gateway
  })
}
