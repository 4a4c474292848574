import { defineOperation, RawAnswer } from '../../kit/define-operation.ts'
import { keptText } from './kept-text.ts'
import { openApiDocument } from './openapi-document.ts'

const page = keptText(async (basePath) => {
  const { renderDocs } = await import('./render-docs.ts')
  return renderDocs(openApiDocument(basePath), basePath)
})

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
