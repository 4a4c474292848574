import { z } from 'zod'
import { missingPage, pageHeaders, pageNamed, pageType, searchEntries } from '../../docs-page/answer-page.ts'
import { assetNamed } from '../../docs-page/assets.ts'
import { AppError } from '../../errors/app-error.ts'
import type { Context } from '../../kit/context.ts'
import { defineOperation, RawAnswer } from '../../kit/define-operation.ts'
import { sessionCookieName } from '../../tenants/session-cookie-name.ts'

/** The name of a file changes with what is in it. */
const kept = { 'cache-control': 'public, max-age=31536000, immutable' }

const jsonType = 'application/json; charset=utf-8'

type Asked = Pick<Context, 'requestHeader'>

/** Whether it is worth asking who is signed in at the console: a browser writes an error for each refusal into its log, and no script can see the cookie. */
const visitor = (context: Asked): RawAnswer => {
  const has_session = (context.requestHeader('cookie') ?? '').includes(`${sessionCookieName}=`)
  return new RawAnswer(jsonType, JSON.stringify({ has_session }), { 'cache-control': 'no-store' })
}

/** A person gets a page, and a program the error. */
const notThere = async (context: Asked, error: unknown): Promise<RawAnswer> => {
  const isReader = /\btext\/html\b/.test(context.requestHeader('accept') ?? '')
  if (!isReader || !(error instanceof AppError) || error.code !== 'not_found') throw error
  return new RawAnswer(pageType, await missingPage(''), pageHeaders, 404)
}

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
    'application/json': 'The words of the search, or what the pages know of their reader',
  },
  errors: ['not_found'],
  async run(context, { params: { page } }) {
    if (page === 'search.json') return new RawAnswer(jsonType, await searchEntries(''))
    if (page === 'visitor.json') return visitor(context)
    const asset = assetNamed(page)
    if (asset) return new RawAnswer(asset.type, asset.bytes, kept)
    return pageNamed(page).then(
      (text) => new RawAnswer(pageType, text, pageHeaders),
      (error: unknown) => notThere(context, error),
    )
  },
})
