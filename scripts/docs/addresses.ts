import path from 'node:path'

const withoutIndex = (file: string): string =>
  file.replace(/(^|\/)README\.md$/, (_, slash: string) => `${slash}index.md`)

/** The address that a page of the repository has on the site: below `docs/` it is the same, `README.md` of a folder is its first page. */
export const addressOf = (file: string): string => {
  if (file === 'README.md') return 'readme.html'
  const inside = withoutIndex(file.replace(/^docs\//, ''))
  return inside.replace(/\.md$/, '.html').toLowerCase().replaceAll('_', '-')
}

/** The address of the page that shows a file as it is. */
export const addressOfFile = (file: string): string => `files/${file.replace(/^\./, 'dot-')}.html`

/** From one page to another, both by their addresses on the site: it is the same under every base path. */
export const between = (from: string, to: string): string => path.posix.relative(path.posix.dirname(from), to) || './'
