import type { ConfigWithoutSecrets } from './config.ts'
import { ConfigError } from './config-error.ts'
import { crossChecks, secretChecks } from './cross-checks.ts'
import { freeze } from './freeze.ts'
import { groupConfig } from './group-config.ts'
import { settingDetails } from './setting.ts'
import { type Variables, variables } from './variables.ts'

export type Environment = Readonly<Record<string, string | undefined>>

interface Options {
  /** `data` when absent. */
  readonly defaultDataDir?: string
  /** Complain of secrets that nobody can make, too. */
  readonly needsSecrets?: boolean
}

/** Each variable by itself: what it says, or what is wrong with it. */
const readEach = (environment: Environment) => {
  const values: Record<string, unknown> = {}
  const problems = new Map<string, string>()
  for (const [name, schema] of Object.entries(variables.shape)) {
    const text = environment[name]?.trim() ? environment[name] : undefined
    const result = schema.safeParse(text)
    if (result.success) values[name] = result.data
    else {
      const secret = settingDetails.get(schema)?.secret ?? true
      const shown = secret ? 'a value that is not shown' : JSON.stringify(text)
      problems.set(name, `${name} is ${shown}: allowed is ${result.error.issues[0]?.message}`)
    }
  }
  return { values: values as Variables, problems }
}

/** Reads every variable. An empty one counts as absent. @throws ConfigError with a line for each thing that is wrong */
export const readConfig = (environment: Environment, options: Options = {}): ConfigWithoutSecrets => {
  const { values, problems } = readEach(environment)
  const checks = options.needsSecrets ? [...crossChecks, ...secretChecks] : crossChecks
  const unfit = checks
    .filter((check) => !check.variables.some((name) => problems.has(name)))
    .flatMap((check) => check.problem(values) ?? [])
  const all = [...problems.values(), ...unfit]
  if (all.length > 0) throw new ConfigError(all)
  return freeze(groupConfig(values, { defaultDataDir: options.defaultDataDir ?? 'data' }))
}
