import { describeSettings } from './config/describe-settings.ts'
import { readConfig } from './config/read-config.ts'
import { announceSecret } from './process/announce-secret.ts'
import { calledAs } from './process/called-as.ts'
import { claimDataDir, wantedWorld } from './process/claim-data-dir.ts'
import { completeSecrets } from './process/complete-secrets.ts'
import { runProcess } from './process/run-process.ts'
import { spareMemory } from './process/spare-memory.ts'
import { version } from './process/version.ts'
import { startWatchdog } from './process/watchdog.ts'
import { startShippedGateway } from './shipped-gateway.ts'

const program = { call: calledAs('npm start --'), purpose: 'A REST API for many WhatsApp accounts.', version }
await runProcess(program, async ({ environment, voice, fatal }) => {
  const config = completeSecrets(readConfig(environment, { needsSecrets: true }), announceSecret(voice))
  claimDataDir(config.storage.dataDir, wantedWorld(config))
  const guest = startWatchdog(config)
  const gateway = await startShippedGateway(config, fatal, {
    settings: describeSettings(environment),
    ...(guest && { guest }),
  })
  spareMemory(gateway.changes)
  voice.say(`Switchboard listens on ${gateway.url} (console: ${gateway.url}/console/, docs: ${gateway.url}/docs/)`, {
    url: gateway.url,
    version,
  })
  return gateway
})
