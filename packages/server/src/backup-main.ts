import { BackupRefused } from './backup/backup-refused.ts'
import { readPassphrase } from './backup/read-passphrase.ts'
import { refuseWithoutDatabase, runBackup } from './backup/run-backup.ts'
import { readConfig } from './config/read-config.ts'
import { announceSecret } from './process/announce-secret.ts'
import { apiKeyIdIn } from './process/api-key-argument.ts'
import { calledAs } from './process/called-as.ts'
import { completeSecrets } from './process/complete-secrets.ts'
import { runTool, UsageError } from './process/run-tool.ts'
import { SealError } from './storage/sealing/sealed-box.ts'

await runTool({
  usage: `Writes everything that the gateway has in its database into one sealed file. The gateway may run meanwhile.

  ${calledAs('npm run backup --')} <file> --passphrase-file <file>

  --passphrase-file <file>  a file with the passphrase, 16 characters or more; without it nobody opens the backup
  --api-key <id>            only what belongs to this API key

Files of messages are not in it. Settings are those of the gateway.`,
  options: { 'passphrase-file': { type: 'string' }, 'api-key': { type: 'string' } },
  expected: (error) => error instanceof BackupRefused || error instanceof SealError,
  async run({ environment, voice, args: { values, positionals } }) {
    const [file, ...more] = positionals
    if (file === undefined || more.length > 0) throw new UsageError('One file is needed')
    const passphrase = readPassphrase(values['passphrase-file'])
    const apiKeyId = apiKeyIdIn(values['api-key'])
    const given = readConfig(environment, { needsSecrets: true })
    refuseWithoutDatabase(given)
    const config = completeSecrets(given, announceSecret(voice))
    const rows = await runBackup(config, { file, passphrase, apiKeyId })
    voice.say(`${file} has ${rows} rows. Keep the passphrase elsewhere.`, { file, rows })
  },
})
