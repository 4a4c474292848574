import { type OpenApiDocument, type OpenApiOperation, type OpenApiParameter, parametersOf } from './openapi-document.ts'

/** An operation and where it is called. */
export interface Described {
  readonly method: string
  readonly path: string
  readonly operation: OpenApiOperation
  readonly parameters: readonly OpenApiParameter[]
}

/** Every operation, in the order of the document. */
export const operationsOf = (document: OpenApiDocument): Described[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
      parameters: parametersOf(document, operation),
    })),
  )

/** Headers by which a key or the operator says for whom they call. They are explained once. */
export const targets: readonly string[] = ['X-Device-ID', 'X-API-Key-ID']
