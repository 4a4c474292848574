import { defineOperation, RawAnswer } from '../../kit/define-operation.ts'
import { keptText } from './kept-text.ts'
import { openApiDocument } from './openapi-document.ts'
import { renderDocs } from './render-docs.ts'

const page = keptText((basePath) => renderDocs(openApiDocument(basePath), basePath))

export default defineOperation({
  method: 'GET',
  path: '/docs/',
  auth: 'none',
  summary: 'This API as a page for people',
  description: 'HTML, outside the envelope; it loads nothing from anywhere.',
  always: true,
  raw: { 'text/html': 'The page' },
  async run({ config }) {
    return new RawAnswer('text/html; charset=utf-8', await page(config.http.basePath))
  },
})
