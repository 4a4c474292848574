import { readFileSync } from 'node:fs'
import { ConfigError } from './config-error.ts'
import type { Environment } from './read-config.ts'
import { settingDetails } from './setting.ts'
import { variables } from './variables.ts'

/** `ADMIN_SECRET_KEY_FILE` → `ADMIN_SECRET_KEY`, for every setting that is a secret: how Docker and Kubernetes hand secrets to a process. */
const settings: ReadonlyMap<string, string> = new Map(
  Object.entries(variables.shape)
    .filter(([, schema]) => settingDetails.get(schema)?.secret)
    .map(([name]) => [`${name}_FILE`, name]),
)

/** Whether a variable names the file of a secret. */
export const namesSecretFile = (variable: string): boolean => settings.has(variable)

/** Every editor ends a file with a line break. */
const contentOf = (file: string): string => readFileSync(file, 'utf8').trim()

/** Secrets that are in files of their own, by the names of their settings. @throws ConfigError with a line for each file that cannot be used; no content is in it */
export const readSecretFiles = (environment: Environment): Readonly<Record<string, string>> => {
  const secrets: Record<string, string> = {}
  const problems: string[] = []
  for (const [variable, name] of settings) {
    const file = environment[variable]?.trim()
    if (!file) continue
    if (environment[name]?.trim()) {
      problems.push(`${name} and ${variable} are both given: allowed is one of them`)
      continue
    }
    try {
      secrets[name] = contentOf(file)
      if (!secrets[name]) problems.push(`${variable} is ${JSON.stringify(file)}: allowed is a file that is not empty`)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      problems.push(
        `${variable} is ${JSON.stringify(file)}: allowed is a file that this process may read (it cannot: ${code})`,
      )
    }
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return secrets
}
