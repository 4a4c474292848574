import type { OpenApiDocument } from './openapi-document.ts'
import { type Described, operationsOf } from './operations-of.ts'

export const groupSlug = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')

export interface Group {
  readonly name: string
  readonly operations: readonly Described[]
}

/** Operations by their tag, in the order of the alphabet. */
export const operationsByGroup = (document: OpenApiDocument): Group[] =>
  [...Map.groupBy(operationsOf(document), ({ operation }) => operation.tags[0] ?? 'Other')]
    .map(([name, operations]) => ({ name, operations }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
