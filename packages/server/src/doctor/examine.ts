import { checkSettings } from '../config/check-settings.ts'
import { readConfig } from '../config/read-config.ts'
import { sandboxDataDir, sandboxEnvironment } from '../process/sandbox-environment.ts'
import { type Check, type ConfiguredInstallation, type Finding, fail, type Installation, ok, warn } from './check.ts'
import { clusterCheck } from './checks/cluster.ts'
import { contentCheck } from './checks/content.ts'
import { dataFolderCheck } from './checks/data-folder.ts'
import { databaseCheck } from './checks/database.ts'
import { ffmpegCheck } from './checks/ffmpeg.ts'
import { limitsCheck } from './checks/limits.ts'
import { networkCheck } from './checks/network.ts'
import { nodeFinding } from './checks/node.ts'
import { portCheck } from './checks/port.ts'
import { whatsappCheck } from './checks/whatsapp.ts'

/** In the order in which a person would look. */
const checks: readonly Check[] = [
  ...[
    dataFolderCheck,
    databaseCheck,
    contentCheck,
    clusterCheck,
    portCheck,
    networkCheck,
    whatsappCheck,
    ffmpegCheck,
    limitsCheck,
  ],
]

export interface Diagnosis extends Finding {
  readonly check: string
}

const named = (check: string, findings: readonly Finding[]): Diagnosis[] =>
  findings.map((finding) => ({ check, ...finding }))

const runOne = async (check: Check, installation: ConfiguredInstallation): Promise<Diagnosis[]> => {
  try {
    return named(check.name, await check.run(installation))
  } catch (error) {
    const says = `this could not be looked at: ${(error as Error).message}`
    return named(check.name, [fail(says, 'Please report this: it is a fault of the doctor')])
  }
}

const settingsFindings = ({ problems, warnings, settings }: ReturnType<typeof checkSettings>): Finding[] => {
  const given = settings.filter(({ source }) => source !== 'default' && source !== 'generated').length
  return [
    ...problems.map((line) => fail(line, 'Correct it: a gateway ends at once with such a setting')),
    ...warnings.map((line) => warn(line, 'Correct the name, or remove the variable')),
    ...(problems.length === 0 ? [ok(`${given} of ${settings.length} settings are given, and all are allowed`)] : []),
  ]
}

/** Looks at everything that the gateway needs. What depends on settings waits until these are in order. */
export const examine = async (given: Installation): Promise<Diagnosis[]> => {
  const installation = given.sandbox ? { ...given, environment: sandboxEnvironment(given.environment) } : given
  const report = checkSettings(installation.environment, installation.problem)
  const first = [...named('Node', [nodeFinding()]), ...named('Settings', settingsFindings(report))]
  if (report.problems.length > 0) return first
  const options = { needsSecrets: true, ...(given.sandbox && { defaultDataDir: sandboxDataDir }) }
  const configured = { ...installation, config: readConfig(installation.environment, options) }
  const rest = await Promise.all(checks.map((check) => runOne(check, configured)))
  // It reads much, and others measure times.
  return [...first, ...rest.flat(), ...(await runOne(contentCheck, configured))]
}
