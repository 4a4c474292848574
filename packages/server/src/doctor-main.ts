import { type Diagnosis, examine } from './doctor/examine.ts'
import { calledAs } from './process/called-as.ts'
import { runTool, UsageError } from './process/run-tool.ts'
import { version } from './process/version.ts'

const usage = `Says what is wrong with this installation, and what to do. It changes nothing.

  ${calledAs('npm run doctor --')} [--offline] [--sandbox] [--json]

  --offline   asks neither WhatsApp nor the address of SWITCHBOARD_PUBLIC_URL
  --sandbox   looks at the sandbox, with its settings and its folder
  --json      one object for machines

It ends with 0, or with 1 when something is wrong that a gateway cannot work with. Settings are those of the gateway.`

const count = (found: readonly Diagnosis[], state: Diagnosis['state']): number =>
  found.filter((each) => each.state === state).length

const lineOf = ({ state, check, says, advice }: Diagnosis): string =>
  `${state.padEnd(6)}${check.padEnd(13)}${says}${advice ? `\n${' '.repeat(19)}→ ${advice}.` : ''}`

const inText = (found: readonly Diagnosis[]): string => {
  const [fails, warns] = [count(found, 'fail'), count(found, 'warn')]
  const end = fails + warns === 0 ? 'Everything is in order.' : `To mend: ${fails}. To think about: ${warns}.`
  return [...found.map(lineOf), '', end].join('\n')
}

await runTool({
  usage,
  options: { offline: { type: 'boolean' }, sandbox: { type: 'boolean' }, json: { type: 'boolean' } },
  expected: () => false,
  bearsProblems: true,
  async run({ environment, problem, args: { values, positionals } }) {
    if (positionals.length > 0) throw new UsageError(`Unknown argument: ${positionals[0]}`)
    const findings = await examine({
      ...{ environment, problem },
      ...{ offline: values.offline ?? false, sandbox: values.sandbox ?? false },
    })
    const healthy = count(findings, 'fail') === 0
    const shown = values.json ? JSON.stringify({ version, healthy, findings }) : inText(findings)
    process.stdout.write(`${shown}\n`)
    if (!healthy) process.exitCode = 1
  },
})
