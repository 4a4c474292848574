import type { Artifact } from '../artifact.ts'
import { clientDocument } from './client-document.ts'
import { clientOperations, type Paths } from './client-operations.ts'
import { clientTypes } from './client-types.ts'

const folder = 'packages/client/src/generated'

/** The generated half of `packages/client`, from the OpenAPI document. */
export const client = async (openApi: Record<string, unknown>): Promise<Artifact[]> => {
  const document = clientDocument(openApi)
  return [
    { file: `${folder}/types.ts`, content: await clientTypes(document) },
    { file: `${folder}/operations.ts`, content: clientOperations(document['paths'] as Paths) },
  ]
}
