import { code } from '../html.ts'
import type { OpenApiDocument } from '../openapi-document.ts'
import type { Described } from '../operations-of.ts'
import { curlSample } from './curl.ts'
import { pythonSample } from './python.ts'
import { type SampleRequest, sampleRequest } from './sample-request.ts'
import { typescriptSample } from './typescript.ts'

const languages: readonly (readonly [name: string, title: string, make: (request: SampleRequest) => string])[] = [
  ['curl', 'curl', curlSample],
  ['typescript', 'TypeScript', typescriptSample],
  ['python', 'Python', pythonSample],
]

/** How an operation is called, in every language that has a way to. */
export const samplesOf = (described: Described, document: OpenApiDocument): string => {
  const request = sampleRequest(described, document)
  const blocks = languages.flatMap(([name, title, make]) => {
    const text = make(request)
    return text ? [`<figure data-language="${name}"><figcaption>${title}</figcaption>${code(text)}</figure>`] : []
  })
  return blocks.length > 0 ? `<div class="samples">${blocks.join('')}</div>` : ''
}
