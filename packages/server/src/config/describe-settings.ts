import { type Environment, nameSources, type VariableSource } from './load-environment.ts'
import { settingDetails } from './setting.ts'
import { variables } from './variables.ts'

/** One setting as an operator may see it: never the value of a secret. */
export interface SettingReadout {
  readonly name: string
  readonly section: string
  readonly description: string
  readonly allowed: string
  /** What counts; null where nothing does, and for secrets. */
  readonly value: string | null
  readonly isSet: boolean
  readonly default: string | null
  readonly secret: boolean
  /** `secret_file`: a file that a variable names. `program`: the sandbox sets it. `generated`: made into the data directory. */
  readonly source: VariableSource | 'generated' | 'default'
}

const generated: ReadonlySet<string> = new Set(['ADMIN_SECRET_KEY', 'JWT_SECRET_KEY', 'SWITCHBOARD_MASTER_KEY'])

/** Every setting, what it is set to and by what. */
export const describeSettings = (environment: Environment): SettingReadout[] => {
  const sourceOf = nameSources(environment)
  return Object.entries(variables.shape).map(([name, schema]) => {
    const details = settingDetails.get(schema)!
    const { section, description, allowed, secret, default: usual = null } = details
    const given = environment[name]?.trim() || undefined
    const source = given !== undefined ? sourceOf(name) : generated.has(name) ? 'generated' : 'default'
    return {
      ...{ name, section, description, allowed, secret, source },
      value: secret ? null : (given ?? usual),
      isSet: given !== undefined || generated.has(name),
      default: usual,
    }
  })
}
