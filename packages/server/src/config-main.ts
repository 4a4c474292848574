import { checkSettings, type SettingsReport } from './config/check-settings.ts'
import type { SettingReadout } from './config/describe-settings.ts'
import { calledAs } from './process/called-as.ts'
import { runTool, UsageError } from './process/run-tool.ts'

const usage = `Says what each setting is and where it comes from, and what is wrong with them. No secret is shown.

  ${calledAs('npm run config --')} check [--json]

It ends with 0 when a gateway would start with these settings, and with 1 when it would not.`

const sources: Readonly<Record<SettingReadout['source'], string>> = {
  environment: 'the environment',
  file: '.env',
  secret_file: 'a file of its own',
  program: 'the program',
  generated: 'made at the first start, unless it is given',
  default: 'default',
}

const shownOf = ({ secret, isSet, value }: SettingReadout): string => {
  if (secret) return isSet ? '(a secret)' : '(not set)'
  return value || '(not set)'
}

const settingLines = (settings: SettingsReport['settings']): string[] => {
  const width = Math.max(...settings.map(({ name }) => name.length)) + 2
  const lines: string[] = []
  let section = ''
  for (const setting of settings) {
    if (setting.section !== section) lines.push('', `${setting.section}:`)
    section = setting.section
    lines.push(`  ${setting.name.padEnd(width)}${shownOf(setting)}  [${sources[setting.source]}]`)
  }
  return lines.slice(1)
}

const inJson = ({ settings, warnings, problems }: SettingsReport): string =>
  JSON.stringify({
    settings: settings.map(({ name, section, value, isSet, secret, source }) => ({
      ...{ name, section, value, is_set: isSet, secret, source },
    })),
    ...{ warnings, problems },
  })

const inText = ({ settings, warnings, problems }: SettingsReport): string =>
  [
    ...settingLines(settings),
    '',
    ...warnings.map((line) => `warn: ${line}`),
    ...problems.map((line) => `fail: ${line}`),
    problems.length === 0 ? 'The settings are in order.' : 'A gateway would not start with these settings.',
  ].join('\n')

await runTool({
  usage,
  options: { json: { type: 'boolean' } },
  expected: () => false,
  bearsProblems: true,
  async run({ environment, problem, args: { values, positionals } }) {
    if (positionals.join(' ') !== 'check') throw new UsageError('There is one thing to do here: check')
    const report = checkSettings(environment, problem)
    process.stdout.write(`${values.json ? inJson(report) : inText(report)}\n`)
    if (report.problems.length > 0) process.exitCode = 1
  },
})
