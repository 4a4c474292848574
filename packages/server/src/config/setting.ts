import { z } from 'zod'
import type { Kind } from './kinds.ts'

/** What is written about a variable in .env.example and the docs. */
export interface SettingDetails {
  readonly section: string
  readonly description: string
  readonly allowed: string
  readonly default: string | undefined
  /** Its value never appears in an error, a log or a page. */
  readonly secret: boolean
}

export const settingDetails = z.registry<SettingDetails>()

interface Words {
  readonly section: string
  readonly description: string
  readonly default?: string
  readonly secret?: boolean
}

const convert =
  <Value>(kind: Kind<Value>) =>
  (text: string, context: z.RefinementCtx): Value => {
    const value = kind.parse(text.trim())
    if (value === undefined) context.addIssue({ code: 'custom', message: kind.allowed })
    return value ?? z.NEVER
  }

const detailsOf = (kind: Kind<unknown>, words: Words): SettingDetails => ({
  section: words.section,
  description: words.description,
  allowed: kind.allowed,
  default: words.default,
  secret: words.secret ?? false,
})

/** A variable that always has a value. */
export const setting = <Value>(kind: Kind<Value>, words: Words & { default: string }): z.ZodType<Value> => {
  const schema = z.string().prefault(words.default).transform(convert(kind))
  settingDetails.add(schema, detailsOf(kind, words))
  return schema
}

/** A variable that may be absent. */
export const optional = <Value>(kind: Kind<Value>, words: Words): z.ZodType<Value | undefined> => {
  const schema = z.string().transform(convert(kind)).optional()
  settingDetails.add(schema, detailsOf(kind, words))
  return schema
}
