import path from 'node:path'
import { Sandbox } from '@switchboard/sandbox'
import type { Config } from './config/config.ts'
import { describeSettings } from './config/describe-settings.ts'
import { type Environment, readConfig } from './config/read-config.ts'
import { sandboxEndpoints } from './gateway/sandbox-endpoints.ts'
import type { Gateway } from './gateway/start-gateway.ts'
import { announceSecret } from './process/announce-secret.ts'
import { calledAs } from './process/called-as.ts'
import { claimDataDir } from './process/claim-data-dir.ts'
import { completeSecrets } from './process/complete-secrets.ts'
import { portIsFree } from './process/port-is-free.ts'
import { runProcess } from './process/run-process.ts'
import { sandboxDataDir, sandboxEnvironment } from './process/sandbox-environment.ts'
import { spareMemory } from './process/spare-memory.ts'
import { version } from './process/version.ts'
import type { Voice } from './process/voice.ts'
import { startWatchdog } from './process/watchdog.ts'
import { startShippedGateway } from './shipped-gateway.ts'
import { claimDatabase } from './storage/claim-database.ts'

const shown = (file: string): string => {
  const relative = path.relative(process.cwd(), file)
  return relative.startsWith('..') ? file : relative
}

/** A secret is shown when it is made and never again; the lines read it from where it is. */
const adminSecretSource = (config: Config, environment: Environment): { shell: string; words: string } => {
  if (environment['ADMIN_SECRET_KEY']) return { shell: '"$ADMIN_SECRET_KEY"', words: 'of ADMIN_SECRET_KEY' }
  const file = shown(path.join(config.storage.dataDir, 'secrets/admin-secret'))
  return { shell: `$(cat ${JSON.stringify(file)})`, words: `in ${file}` }
}

/** The README is written for the usual ports and folder. */
const isAsInReadme = (apiUrl: string, world: string, adminSecret: string): boolean =>
  apiUrl === 'http://127.0.0.1:7001' &&
  world === 'http://127.0.0.1:7002' &&
  adminSecret === `$(cat ${JSON.stringify(path.join(sandboxDataDir, 'secrets/admin-secret'))})`

const nextSteps = (
  config: Config,
  gateway: Gateway,
  world: string,
  admin: ReturnType<typeof adminSecretSource>,
): string => `
The gateway listens on ${gateway.url} (docs: ${gateway.url}/docs/), a whole WhatsApp on ${world}.
Everything is kept in ${shown(config.storage.dataDir)}. Ctrl-C ends it; the next start continues where it ended.

For people: open ${gateway.url}/console/ and sign in with the admin secret ${admin.words}.

Copy these lines into another terminal, in this folder:

  API=${gateway.url} WORLD=${world} JSON='Content-Type: application/json' ADMIN=${admin.shell}
  field() { node -pe "JSON.parse(require('fs').readFileSync(0, 'utf8')).$1"; }
  KEY=$(curl -s $API/admin/api-keys -H "X-Admin-Secret: $ADMIN" -H "$JSON" -d '{"customer_name":"Me","max_devices":10}' | field data.api_key)
  TOKEN=$(curl -s $API/devices -H "X-API-Key: $KEY" -H "$JSON" -d '{"device_name":"first"}' | field data.token)
  ANA=$(curl -s $WORLD/phones -H "$JSON" -d '{"name":"Ana"}' | field id)
  QR=$(curl -s -X POST "$API/devices/me/login?output=json" -H "Authorization: Bearer $TOKEN" | field data.qr_text)
  curl -s $WORLD/phones/$ANA/scan -H "$JSON" -d "{\\"qr\\":\\"$QR\\"}"
  curl -s $API/devices/me/status -H "Authorization: Bearer $TOKEN"

The README begins like this, and then shows messages, a webhook and the event log${
  isAsInReadme(gateway.url, world, admin.shell)
    ? ': paste it from its first line.'
    : `.
Its block that begins with API= is for the usual ports and folder: paste the first two of these lines in its place, and then all blocks after it.`
}
`

/** A world that two processes change would forget what one of them knows. */
const claimWorld = (dataDir: string, voice: Voice): Promise<() => Promise<void>> => {
  const waits = () => voice.warn(`Another sandbox uses ${shown(dataDir)}: this one waits and takes over when it ends.`)
  return claimDatabase({ type: 'sqlite', file: path.join(dataDir, 'world') }, { waits })
}

const program = {
  call: calledAs('npm run sandbox --'),
  purpose: 'A gateway, and a whole WhatsApp for it with virtual phones, on this machine.',
  version,
}

await runProcess(program, async ({ environment: given, voice, fatal }) => {
  const environment = sandboxEnvironment(given)
  const config = completeSecrets(readConfig(environment, { defaultDataDir: sandboxDataDir }), announceSecret(voice))
  claimDataDir(config.storage.dataDir, 'sandbox')
  const guest = startWatchdog(config)
  const { dataDir } = config.storage
  const gatewayUrl = `http://127.0.0.1:${config.http.port}${config.http.basePath}`
  const port = config.sandbox.port
  const claim = await claimWorld(dataDir, voice)
  await portIsFree('127.0.0.1', port)
  const sandbox = await Sandbox.start({
    ...{ port, control: true, dataDir: path.join(dataDir, 'world-data'), gatewayUrl },
    ...(config.sandbox.tls ? { tls: true } : {}),
  })
  const world = `http://127.0.0.1:${sandbox.server.port}`
  // From here on the gateway knows where its world is: the operator reaches it below /sandbox.
  const inWorld = { ...config, sandbox: { ...config.sandbox, url: world } }
  const gateway = await startShippedGateway(inWorld, fatal, {
    settings: describeSettings(environment),
    endpoints: () => sandboxEndpoints(world),
    ...(guest && { guest }),
  })
  spareMemory(gateway.changes)
  if (voice.json) voice.say('The sandbox is ready', { url: gateway.url, world, data: dataDir, version })
  else voice.say(nextSteps(config, gateway, world, adminSecretSource(config, environment)))
  return {
    graceMs: gateway.graceMs,
    async stop() {
      await gateway.stop()
      await sandbox.stop()
      await claim()
    },
  }
})
