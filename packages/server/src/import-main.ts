import { readConfig } from './config/read-config.ts'
import { linkReaders } from './engine/link-readers.ts'
import { AppError } from './errors/app-error.ts'
import { SourceRefused } from './moving/moving-source.ts'
import { runImport } from './moving/run-import.ts'
import { type SourceName, sources } from './moving/sources/open-source.ts'
import { createLogger } from './observe/logging.ts'
import { announceSecret } from './process/announce-secret.ts'
import { apiKeyIdIn } from './process/api-key-argument.ts'
import { calledAs } from './process/called-as.ts'
import { claimDataDir, wantedWorld } from './process/claim-data-dir.ts'
import { completeSecrets } from './process/complete-secrets.ts'
import { runTool, UsageError } from './process/run-tool.ts'

const names = Object.keys(sources).join('|')

const usage = `Takes devices of another program over, with their links: nobody has to scan a code again.

  ${calledAs('npm run import --')} --from ${names} <folder or database URI> [options]

Without --write it only says what it found. End the other program first, and do not start it again afterwards.

  --write              moves the devices
  --force              also when the source seems to be in use
  --api-key <id>       the API key that gets devices of a program without customers; a new one when absent
  --instances <folder> of Evolution: its folder "instances", or a folder with an exported hash <id>.json for each instance

It ends with 0, with 1 when it failed or not one device can be moved, with 2 when its arguments are wrong. Settings are those of the gateway, which
must not run meanwhile.`

await runTool({
  usage,
  options: {
    from: { type: 'string' },
    write: { type: 'boolean' },
    force: { type: 'boolean' },
    'api-key': { type: 'string' },
    instances: { type: 'string' },
  },
  expected: (error) => error instanceof SourceRefused || error instanceof AppError,
  async run({ environment, voice, args: { values, positionals } }) {
    const [at, ...more] = positionals
    const { from = '' } = values
    if (!Object.hasOwn(sources, from)) throw new UsageError(`--from is one of ${names}`)
    if (at === undefined || more.length > 0) throw new UsageError('One folder or database URI is needed')
    const config = completeSecrets(readConfig(environment, { needsSecrets: true }), announceSecret(voice))
    claimDataDir(config.storage.dataDir, wantedWorld(config))
    const request = {
      from: from as SourceName,
      place: { at, instances: values.instances },
      write: values.write ?? false,
      force: values.force ?? false,
      apiKeyId: apiKeyIdIn(values['api-key']),
    }
    const log = createLogger(config)
    const { moved } = await runImport(config, request, { readers: linkReaders, log, say: (line) => voice.say(line) })
    if (moved === 0) process.exitCode = 1
  },
})
