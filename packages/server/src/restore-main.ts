import { BackupRefused } from './backup/backup-refused.ts'
import { markOfTokens } from './backup/mark-of-tokens.ts'
import { readPassphrase } from './backup/read-passphrase.ts'
import { readHead, runRestore, worldOfBackup } from './backup/run-restore.ts'
import { BackupUnreadable } from './backup/sealed-stream.ts'
import { readConfig } from './config/read-config.ts'
import { createRewind } from './engine/link-readers.ts'
import { createLogger } from './observe/logging.ts'
import { announceSecret } from './process/announce-secret.ts'
import { calledAs } from './process/called-as.ts'
import { claimDataDir } from './process/claim-data-dir.ts'
import { completeSecrets } from './process/complete-secrets.ts'
import { runTool, UsageError } from './process/run-tool.ts'

await runTool({
  usage: `Puts a backup into the database of a gateway that does not run: everything into a new database, or an API key into one that does not have it.

  ${calledAs('npm run restore --')} <file> --passphrase-file <file>

  --passphrase-file <file>  a file with the passphrase of the backup
  --last-state              the gateway was stopped when the backup was made, and never started again: sessions continue as they were

Devices do not connect by themselves afterwards. Be sure that no gateway works with the original, then connect them: POST /admin/devices/reconnect.`,
  options: { 'passphrase-file': { type: 'string' }, 'last-state': { type: 'boolean' } },
  expected: (error) => error instanceof BackupRefused || error instanceof BackupUnreadable,
  async run({ environment, voice, args: { values, positionals } }) {
    const [file, ...more] = positionals
    if (file === undefined || more.length > 0) throw new UsageError('One file is needed')
    const request = {
      file,
      passphrase: readPassphrase(values['passphrase-file']),
      isLastState: values['last-state'] ?? false,
    }
    const given = readConfig(environment, { needsSecrets: true })
    claimDataDir(given.storage.dataDir, worldOfBackup(await readHead(request), given))
    const config = completeSecrets(given, announceSecret(voice))
    const { head, rows, devices } = await runRestore(config, request, { createRewind, log: createLogger(config) })
    voice.say(`Restored ${rows} rows of ${head.takenAt}, with ${devices} devices. They do not connect by themselves.`, {
      ...{ rows, devices, taken_at: head.takenAt },
    })
    if (head.tokens !== undefined && head.tokens !== markOfTokens(config.secrets.jwtSecret))
      voice.say(
        'The tokens of these devices do not work here: JWT_SECRET_KEY is another one. Give the gateway the former one, or let each device ask for a new token.',
        { tokens_work: false },
      )
  },
})
