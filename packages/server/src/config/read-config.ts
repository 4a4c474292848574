import type { z } from 'zod'
import type { ConfigWithoutSecrets } from './config.ts'
import { ConfigError } from './config-error.ts'
import { freeze } from './freeze.ts'
import { groupConfig } from './group-config.ts'
import { settingDetails } from './setting.ts'
import { type Variables, variables } from './variables.ts'

export type Environment = Readonly<Record<string, string | undefined>>

const complain = (environment: Environment, issue: z.core.$ZodIssue): ConfigError => {
  const name = String(issue.path[0])
  const schema = variables.shape[name as keyof Variables]
  const secret = settingDetails.get(schema)?.secret ?? true
  const value = secret ? 'a value that is not shown' : JSON.stringify(environment[name])
  return new ConfigError(`${name} is ${value}: allowed is ${issue.message}`)
}

/** Reads every variable. An empty one counts as absent.
 *  @throws ConfigError with one line for the first variable that is wrong. */
export const readConfig = (
  environment: Environment,
  options: { defaultDataDir?: string } = {},
): ConfigWithoutSecrets => {
  const given = Object.fromEntries(
    Object.keys(variables.shape)
      .filter((name) => environment[name]?.trim())
      .map((name) => [name, environment[name]]),
  )
  const result = variables.safeParse(given)
  if (!result.success) throw complain(environment, result.error.issues[0]!)
  return freeze(groupConfig(result.data, { defaultDataDir: options.defaultDataDir ?? 'data' }))
}
