import { pageHeaders, pageNamed, pageType } from '../../docs-page/answer-page.ts'
import { defineOperation, RawAnswer } from '../../kit/define-operation.ts'

export default defineOperation({
  method: 'GET',
  path: '/docs/',
  auth: 'none',
  summary: 'This API as pages for people',
  description: 'HTML, outside the envelope; it loads nothing from elsewhere, and can be read without scripts.',
  always: true,
  raw: { 'text/html': 'The first page' },
  run: async () => new RawAnswer(pageType, await pageNamed(''), pageHeaders),
})
