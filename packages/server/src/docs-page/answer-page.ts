import { AppError } from '../errors/app-error.ts'
import { keptText } from './kept-text.ts'
import { openApiDocument } from './openapi-document.ts'

/** What a page may do: load its own script and style, and ask this server. Nothing that somebody wrote into the page would run. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join(';')

export const pageHeaders = { 'content-security-policy': contentSecurityPolicy }

export const pageType = 'text/html; charset=utf-8'

/** A page by its name, blank for the first one. Its addresses are relative: it is the same under every base path. @throws AppError not_found */
export const pageNamed = keptText(async (slug) => {
  const { renderPage } = await import('./pages.ts')
  const page = await renderPage(slug, openApiDocument(''))
  if (page === undefined) throw new AppError('not_found')
  return page
})

/** For somebody who followed a link that leads nowhere. */
export const missingPage = keptText(async () => {
  const { renderMissingPage } = await import('./pages.ts')
  return renderMissingPage(openApiDocument(''))
})

/** What the search looks through. */
export const searchEntries = keptText(async () => {
  const { searchIndex } = await import('./search-index.ts')
  return JSON.stringify(searchIndex(openApiDocument('')))
})
