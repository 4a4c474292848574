import { defineOperation, RawAnswer } from '../../kit/define-operation.ts'
import { keptText } from './kept-text.ts'
import { openApiDocument } from './openapi-document.ts'

const yaml = keptText(async (basePath) => {
  const { renderYaml } = await import('./render-yaml.ts')
  return renderYaml(openApiDocument(basePath))
})

export default defineOperation({
  method: 'GET',
  path: '/docs/swagger.yaml',
  auth: 'none',
  summary: 'This API as OpenAPI 3.1, in YAML',
  description: 'The document itself, outside the envelope.',
  always: true,
  raw: { 'application/yaml': 'The document' },
  async run({ config }) {
    return new RawAnswer('application/yaml; charset=utf-8', await yaml(config.http.basePath))
  },
})
