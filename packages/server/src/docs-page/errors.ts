import { errorAdvice } from '../errors/advice.ts'
import { type ErrorCode, errorCatalogue } from '../errors/catalogue.ts'
import { field, list } from './fields.ts'
import { html, words } from './html.ts'
import { answersOf, type OpenApiDocument, type OpenApiOperation } from './openapi-document.ts'
import { operationsOf } from './operations-of.ts'

const isCode = (text: string): text is ErrorCode => text in errorCatalogue

/** Errors that an operation can answer, by what the document says of its answers. */
const codesOf = (document: OpenApiDocument, operation: OpenApiOperation): ErrorCode[] =>
  Object.values(answersOf(document, operation)).flatMap(({ description }) =>
    [...description.matchAll(/`(\w+)`: /g)].map(([, code]) => code!).filter(isCode),
  )

const commonKnown = new WeakMap<object, readonly ErrorCode[]>()

/** Errors that most operations have: they are explained once. */
export const commonErrors = (document: OpenApiDocument): readonly ErrorCode[] => {
  const known = commonKnown.get(document.paths)
  if (known) return known
  const operations = operationsOf(document)
  const times = new Map<ErrorCode, number>()
  for (const { operation } of operations)
    for (const code of codesOf(document, operation)) times.set(code, (times.get(code) ?? 0) + 1)
  const common = [...times].filter(([, count]) => count > operations.length / 2).map(([code]) => code)
  commonKnown.set(document.paths, common)
  return common
}

const advice = (code: ErrorCode): readonly string[] => {
  const { title, docs, retryable } = errorCatalogue[code]
  const again = retryable ? 'The same request may succeed later: `Retry-After` says when.' : ''
  return [`${title}.`, docs, again]
}

/** On the page of errors, where there is room for it. */
const wholeAdvice = (code: ErrorCode): readonly string[] => {
  const { cause, remedy } = errorAdvice[code]
  return [...advice(code), `Usual cause: ${cause}`, `What to do: ${remedy}`]
}

const explained = (code: ErrorCode, notes = advice(code)): string =>
  field({ name: code, kind: String(errorCatalogue[code].status), notes })

const linked = (codes: readonly ErrorCode[]): string =>
  codes.map((code) => `<a href="errors#error-${code}"><code>${code}</code></a>`).join(', ')

/** The errors of an operation: its own with advice, and the names of those that most others have too. */
export const errorsOf = (document: OpenApiDocument, operation: OpenApiOperation): string => {
  const codes = codesOf(document, operation)
  const common = commonErrors(document)
  const shared = codes.filter((code) => common.includes(code))
  return `${list(
    'Errors',
    codes
      .filter((code) => !common.includes(code))
      .map((code) => explained(code))
      .join(''),
  )}<p class="q">Like most requests: ${linked(shared)}.</p>`
}

const failure = {
  status: false,
  code: 404,
  message: 'Message not found',
  error: 'Message not found',
  error_code: 'message_not_found',
  retryable: false,
  request_id: '0192d5a4-7b3c-7d11-8a55-2f4c9f0e1b2a',
}

/** The page of errors: what every failure looks like, and what to do about each. */
export const errorsPage = (document: OpenApiDocument): string => {
  const codes = Object.keys(errorCatalogue) as ErrorCode[]
  const common = commonErrors(document)
  const boxes = (wanted: readonly ErrorCode[]) =>
    `<dl>${wanted.map((code) => explained(code, wholeAdvice(code)).replace('<div', `<div id="error-${code}"`)).join('')}</dl>`
  return `<p>${words('A failed request answers this. `error_code` never changes its meaning. `retryable` says whether the same request may succeed later, and `Retry-After` when. `details` has more where there is more to say.')}</p>
<pre><code>${html(JSON.stringify(failure, null, 2))}</code></pre>
<h2 id="common-errors">Errors of most requests</h2>${boxes(codes.filter((code) => common.includes(code)))}
<h2 id="own-errors">Errors of some requests</h2>${boxes(codes.filter((code) => !common.includes(code)))}`
}
