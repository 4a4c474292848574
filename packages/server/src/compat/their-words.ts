import { AppError } from '../errors/app-error.ts'
import { type ErrorCode, errorCatalogue } from '../errors/catalogue.ts'
import type { FieldNames } from './define-call.ts'
import { TheirRefusal } from './their-refusal.ts'

const place = /\b(?:path|query|body|header)((?:\.[\w-]+)+)/g

/** What the caller calls a field of an operation: by the longest beginning that has a name, or else as it is called here. */
const nameOf = (field: string, names: FieldNames): string => {
  const parts = field.split('.')
  for (let length = parts.length; length > 1; length--) {
    const numbers = parts.slice(0, length).filter((part) => /^\d+$/.test(part))
    const known = parts.slice(0, length).map((part) => (/^\d+$/.test(part) ? '*' : part))
    const theirs = names[known.join('.')]
    if (theirs !== undefined)
      return [theirs.replaceAll('*', () => numbers.shift() ?? '*'), ...parts.slice(length)].join('.')
  }
  return parts.slice(1).join('.')
}

interface Issue {
  readonly path: string
  readonly message: string
}

const issuesIn = ({ details }: AppError): readonly Issue[] | undefined =>
  Array.isArray(details?.['issues']) ? (details['issues'] as Issue[]) : undefined

/** The same error with the fields as the caller wrote them. */
export const inTheirWords = (error: AppError, names: FieldNames = {}): AppError => {
  if (error instanceof TheirRefusal) return error
  const rename = (text: string) => text.replace(place, (field) => nameOf(field, names)).replace(/^body: /, '')
  const issues = issuesIn(error)?.map((issue) => ({ ...issue, path: rename(issue.path) }))
  const details = issues ? { ...error.details, issues } : error.details
  const { code, message, cause, retryAfterSeconds } = error
  return new AppError(code, rename(message), {
    cause,
    ...(details && { details }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  })
}

/** What users of a product call things, for errors of which the words here name what they do not have. */
export type Words = Readonly<Partial<Record<ErrorCode, string>>>

/** The message of an error for users of a product. */
export const saidAs = ({ code, message }: AppError, words: Words): string => {
  const isPlain = message === errorCatalogue[code].title || code === 'unauthorized'
  return (isPlain ? words[code] : undefined) ?? message
}
