import type { WireNode } from '../wire/node.ts'
import { child, contentText } from '../wire/node-access.ts'

interface GraphqlAnswer {
  readonly data?: Readonly<Record<string, unknown>> | null
  readonly errors?: readonly { readonly extensions?: { readonly error_code?: number } }[]
}

/** A GraphQL query by its number. */
export function mexQuery(id: string, variables: object): WireNode {
  return { tag: 'query', attrs: { query_id: id }, content: Buffer.from(JSON.stringify({ variables })) }
}

/** The one field of the data in the answer to one. @param refused what to throw when it has an error */
export function mexData<T>(answer: WireNode, refused: (code: number) => Error): T {
  const { data, errors } = JSON.parse(contentText(child(answer, 'result')) ?? '{}') as GraphqlAnswer
  const [error] = errors ?? []
  if (error) throw refused(error.extensions?.error_code ?? 0)
  return Object.values(data ?? {})[0] as T
}
