import { z } from 'zod'
import { AppError } from '../errors/app-error.ts'

const pathOf = (place: string, path: readonly PropertyKey[]): string => [place, ...path.map(String)].join('.')

const describeIssue = (place: string, issue: z.core.$ZodIssue) => ({
  path: pathOf(place, issue.path),
  message:
    issue.code === 'unrecognized_keys'
      ? `unknown: ${issue.keys.join(', ')}`
      : issue.message.replace(/^Invalid input: /, ''),
})

/** Objects refuse fields that they do not know, so that a misspelt field is an error and not silence. */
export const strictly = (schema: z.ZodType): z.ZodType =>
  schema instanceof z.ZodObject && schema.def.catchall === undefined ? schema.strict() : schema

/** @throws AppError invalid_request with every issue under `details.issues` */
export const validate = (schema: z.ZodType, place: 'path' | 'query' | 'body', value: unknown): unknown => {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issues = result.error.issues.map((issue) => describeIssue(place, issue))
  const words = issues.map((issue) => `${issue.path}: ${issue.message}`).join('; ')
  throw new AppError('invalid_request', words, { details: { issues } })
}
