import assert from 'node:assert/strict'
import { answersOf, type OpenApiOperation, openApiDocument } from '../docs-page/openapi-document.ts'

interface Described {
  readonly path: RegExp
  readonly names: number
  readonly operation: OpenApiOperation
}

const describedBy = (wanted: string): Described[] =>
  Object.entries(openApiDocument('').paths)
    .flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation })))
    .filter(({ method }) => method.toUpperCase() === wanted)
    .map(({ path, operation }) => ({
      path: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+').replace(/(?<=.)\/$/, '')}/?$`, 'i'),
      names: path.split('{').length,
      operation,
    }))
    // `/devices/me` is itself, and not a device of that name.
    .sort((a, b) => a.names - b.names)

const byMethod = new Map<string, Described[]>()

/** Fails when an operation of the document answers an error that the document does not name. What no operation is behind is not its business. */
export const assertDeclared = (method: string, path: string, code: string): void => {
  const known = byMethod.get(method) ?? describedBy(method)
  byMethod.set(method, known)
  const found = known.find((each) => each.path.test(path.replace(/\?.*/s, '')))
  if (!found) return
  const { operationId } = found.operation
  const declared = Object.values(answersOf(openApiDocument(''), found.operation)).some(({ description }) =>
    description.includes(`\`${code}\`: `),
  )
  assert.ok(declared, `${operationId} answers ${code} and does not declare it`)
}
