import { keptText } from '../../docs-page/kept-text.ts'
import { openApiDocument } from '../../docs-page/openapi-document.ts'
import { defineOperation, RawAnswer } from '../../kit/define-operation.ts'

const yaml = keptText(async (basePath) => {
  const { renderYaml } = await import('../../docs-page/render-yaml.ts')
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
