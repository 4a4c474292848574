import { z } from 'zod'
import { AppError } from '../errors/app-error.ts'
import { type ErrorCode, errorCatalogue } from '../errors/catalogue.ts'

const pathOf = (place: string, path: readonly PropertyKey[]): string => [place, ...path.map(String)].join('.')

const describeIssue = (place: string, issue: z.core.$ZodIssue) => ({
  path: pathOf(place, issue.path),
  message:
    issue.code === 'unrecognized_keys'
      ? `unknown: ${issue.keys.join(', ')}`
      : issue.message.replace(/^Invalid input: /, ''),
})

/** Objects refuse fields that they do not know, so that a misspelt field is an error and not silence. */
export const strictly = (schema: z.ZodType): z.ZodType => {
  if (schema instanceof z.ZodOptional) return strictly(schema.unwrap() as z.ZodType).optional()
  return schema instanceof z.ZodObject && schema.def.catchall === undefined ? schema.strict() : schema
}

/** Shapes such as a phone number have an error of their own in the catalogue and name it in their refinement. */
const codeOf = (issues: readonly z.core.$ZodIssue[]): ErrorCode => {
  const codes = new Set(issues.map((issue) => (issue.code === 'custom' ? issue.params?.['error_code'] : undefined)))
  const [only] = codes
  return codes.size === 1 && typeof only === 'string' && only in errorCatalogue
    ? (only as ErrorCode)
    : 'invalid_request'
}

/** @throws AppError invalid_request, or the error that the shape names, with every issue under `details.issues` */
export const validate = (schema: z.ZodType, place: 'path' | 'query' | 'header' | 'body', value: unknown): unknown => {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issues = result.error.issues.map((issue) => describeIssue(place, issue))
  const words = issues.map((issue) => `${issue.path}: ${issue.message}`).join('; ')
  throw new AppError(codeOf(result.error.issues), words, { details: { issues } })
}
