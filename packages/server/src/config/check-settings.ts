import { ConfigError } from './config-error.ts'
import { describeSettings, type SettingReadout } from './describe-settings.ts'
import { type Environment, readConfig } from './read-config.ts'
import { unknownVariables } from './unknown-variables.ts'

/** What can be said about settings without starting anything. No secret is in it. */
export interface SettingsReport {
  readonly settings: readonly SettingReadout[]
  /** A line for each variable that looks like a setting and is none. */
  readonly warnings: readonly string[]
  /** A line for each thing that a start would end with. */
  readonly problems: readonly string[]
}

const problemsOf = (environment: Environment): readonly string[] => {
  try {
    readConfig(environment, { needsSecrets: true })
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

/** @param problem why the environment could not be read whole */
export const checkSettings = (environment: Environment, problem?: unknown): SettingsReport => {
  if (problem !== undefined && !(problem instanceof ConfigError)) throw problem
  const before = problem?.problems ?? []
  // A secret that could not be read is missing, which is no fault of its own.
  const problems = problemsOf(environment).filter(
    (line) => !before.some((earlier) => earlier.startsWith(`${line.split(' ')[0]}_FILE `)),
  )
  return {
    settings: describeSettings(environment),
    warnings: unknownVariables(environment),
    problems: [...before, ...problems],
  }
}
