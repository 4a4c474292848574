// Builds the site of the documentation into build/docs-site, and serves it with `serve`.
import path from 'node:path'
import { parseArgs } from 'node:util'
import { buildSite } from './docs/build-site.ts'
import { serveSite } from './docs/serve-site.ts'

const usage = `Usage: npm run docs -- [serve] [options]

  serve               also serves the site, on this machine alone
  --port <port>       where it is served (7010)
  --out <folder>      where it is built (build/docs-site); the folder is emptied first
  --base <path>       under which path it will be served (/): pages for what is not there begin with it
  --repository <url>  where the sources are on a forge, such as https://example.com/us/switchboard/blob/main`

const options = {
  port: { type: 'string', default: '7010' },
  out: { type: 'string', default: 'build/docs-site' },
  base: { type: 'string', default: '/' },
  repository: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const

const read = () => {
  try {
    return parseArgs({ options, allowPositionals: true })
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`)
    process.exit(2)
  }
}

const { values, positionals } = read()
if (values.help || positionals.some((word) => word !== 'serve')) {
  console.log(usage)
  process.exit(values.help ? 0 : 2)
}
const root = path.resolve(import.meta.dirname, '..')
const folder = path.resolve(root, values.out)
const base = `/${values.base}/`.replaceAll(/\/+/g, '/')
const begun = Date.now()
const { pages, bytes } = await buildSite(folder, { root, base, repository: values.repository })
console.log(
  `${pages} pages, ${(bytes / 1e6).toFixed(1)} MB, in ${path.relative(process.cwd(), folder)} (${((Date.now() - begun) / 1000).toFixed(1)} s)`,
)
if (positionals.includes('serve')) {
  const { url } = await serveSite(folder, { port: Number(values.port), base })
  console.log(`The documentation is at ${url}`)
}
