import { z } from 'zod'
import { pageHeaders, pageNamed, pageType, searchEntries } from '../../docs-page/answer-page.ts'
import { assetNamed } from '../../docs-page/assets.ts'
import { defineOperation, RawAnswer } from '../../kit/define-operation.ts'

/** The name of a file changes with what is in it. */
const kept = { 'cache-control': 'public, max-age=31536000, immutable' }

export default defineOperation({
  method: 'GET',
  path: '/docs/{page}',
  auth: 'none',
  summary: 'One of the pages for people, or what they load',
  description:
    'A page for each group of operations, one of events and one of errors; their script, their style, and the words of their search.',
  always: true,
  params: z.object({
    page: z
      .string()
      .regex(/^[\w.-]{1,80}$/)
      .meta({ examples: ['messaging'] }),
  }),
  raw: {
    'text/html': 'A page',
    'text/css': 'The style',
    'text/javascript': 'The script',
    'application/json': 'The words of the search',
  },
  errors: ['not_found'],
  async run(_context, { params: { page } }) {
    if (page === 'search.json') return new RawAnswer('application/json; charset=utf-8', await searchEntries(''))
    const asset = assetNamed(page)
    if (asset) return new RawAnswer(asset.type, asset.bytes, kept)
    return new RawAnswer(pageType, await pageNamed(page), pageHeaders)
  },
})
