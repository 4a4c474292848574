import { stringify } from 'yaml'
import { defineOperation, RawAnswer } from '../../kit/define-operation.ts'
import { openApiDocument } from './openapi-document.ts'

/** Rendering takes a while; one text for each base path is kept. */
const rendered = new Map<string, string>()

export default defineOperation({
  method: 'GET',
  path: '/docs/swagger.yaml',
  auth: 'none',
  group: 'System',
  summary: 'This API as OpenAPI 3.1, in YAML',
  description: 'The document itself, outside the envelope.',
  always: true,
  raw: { 'application/yaml': 'The document' },
  async run({ config }) {
    const { basePath } = config.http
    const text = rendered.get(basePath) ?? stringify(openApiDocument(basePath), { aliasDuplicateObjects: false })
    rendered.set(basePath, text)
    return new RawAnswer('application/yaml; charset=utf-8', text)
  },
})
