import { keptText } from '../../docs-page/kept-text.ts'
import { openApiDocument } from '../../docs-page/openapi-document.ts'
import { defineOperation, RawAnswer } from '../../kit/define-operation.ts'

const json = keptText((basePath) => JSON.stringify(openApiDocument(basePath)))

export default defineOperation({
  method: 'GET',
  path: '/docs/swagger.json',
  auth: 'none',
  summary: 'This API as OpenAPI 3.1, in JSON',
  description: 'The document itself, outside the envelope. Webhooks are in it too.',
  always: true,
  raw: { 'application/json': 'The document' },
  async run({ config }) {
    return new RawAnswer('application/json; charset=utf-8', await json(config.http.basePath))
  },
})
