import { z } from 'zod'
import { AppError } from '../errors/app-error.ts'
import { type ErrorCode, errorCatalogue } from '../errors/catalogue.ts'

/** The most issues in one refusal, and the most unknown fields in one issue. Nobody reads thousands. */
const mostNamed = 10
/** Characters of what somebody else chose, and of one message. */
const nameLength = 64
const messageLength = 300

const short = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most).toWellFormed()}…` : text

const pathOf = (place: string, path: readonly PropertyKey[]): string =>
  [place, ...path.map((part) => short(String(part), nameLength))].join('.')

const andMore = (all: readonly unknown[]): string =>
  all.length > mostNamed ? ` and ${all.length - mostNamed} more` : ''

/** Zod calls a field that is not there "undefined", which means nothing to somebody who has written JSON. */
const inWords: z.core.$ZodErrorMap = ({ code, input }) =>
  input === undefined && /^invalid_(type|union|value)$/.test(code) ? 'is missing' : undefined

/** What keeps a value out of a union: of the branches that take its type, or else what type each takes. */
const unionMessageOf = (branches: readonly (readonly z.core.$ZodIssue[])[]): string | undefined => {
  const typeOf = (branch: readonly z.core.$ZodIssue[]): string | undefined =>
    branch
      .map((issue) => (issue.code === 'invalid_type' && issue.path.length === 0 ? issue.expected : ''))
      .find(Boolean)
  const fitting = branches.filter((branch) => typeOf(branch) === undefined)
  if (fitting.length === 0) return branches.length === 0 ? undefined : `expected ${branches.map(typeOf).join(' or ')}`
  const named = (issue: z.core.$ZodIssue): string => [...issue.path.map(String), messageOf(issue)].join(': ')
  return fitting.map((branch) => branch.map(named).join('; ')).join(', or ')
}

const messageOf = (issue: z.core.$ZodIssue): string => {
  const ofUnion = issue.code === 'invalid_union' && issue.message === 'Invalid input' && unionMessageOf(issue.errors)
  if (ofUnion) return short(ofUnion, messageLength)
  if (issue.code !== 'unrecognized_keys') return short(issue.message.replace(/^Invalid input: /, ''), messageLength)
  const names = issue.keys.slice(0, mostNamed).map((name) => short(name, nameLength))
  return `unknown: ${names.join(', ')}${andMore(issue.keys)}`
}

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

/** @throws AppError invalid_request, or the error that the shape names, with the first issues under `details.issues` */
export const validate = (schema: z.ZodType, place: 'path' | 'query' | 'header' | 'body', value: unknown): unknown => {
  const result = schema.safeParse(value, { error: inWords })
  if (result.success) return result.data
  const all = result.error.issues
  const issues = all
    .slice(0, mostNamed)
    .map((issue) => ({ path: pathOf(place, issue.path), message: messageOf(issue) }))
  const words = issues.map((issue) => `${issue.path}: ${issue.message}`).join('; ')
  throw new AppError(codeOf(all), `${words}${andMore(all)}`, { details: { issues } })
}
