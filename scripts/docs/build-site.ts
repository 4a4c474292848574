import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { buildSync } from 'esbuild'
import { deadLinks } from './dead-links.ts'
import { Site, type SiteOptions } from './site.ts'

const styles = ['packages/server/src/docs-page/docs.css', 'scripts/docs/site.css']

const assets = (root: string): [string, string][] => {
  const { outputFiles } = buildSync({
    entryPoints: [path.join(root, 'scripts/docs/browser/main.ts')],
    ...{ bundle: true, minify: true, write: false, format: 'esm', target: 'es2022', legalComments: 'inline' },
    absWorkingDir: root,
    tsconfigRaw: {},
  })
  const style = styles.map((file) => readFileSync(path.join(root, file), 'utf8')).join('\n')
  return [
    ['assets/site.css', style],
    ['assets/site.js', outputFiles[0]!.text],
  ]
}

const write = (folder: string, files: ReadonlyMap<string, string | Buffer>): void => {
  rmSync(folder, { recursive: true, force: true })
  for (const [address, content] of files) {
    const file = path.join(folder, address)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
}

export interface Built {
  readonly pages: number
  readonly bytes: number
}

/** Writes the site into a folder, which is emptied first. @throws when a link leads nowhere; nothing is written then */
export const buildSite = async (folder: string, options: SiteOptions): Promise<Built> => {
  const files = new Map([...(await new Site(options).files()), ...assets(options.root)])
  const dead = deadLinks(
    new Map([...files].map(([address, content]) => [address, address.endsWith('.html') ? String(content) : undefined])),
  )
  if (dead.length > 0) throw new Error(dead.join('\n'))
  write(folder, files)
  const bytes = [...files.values()].reduce((sum, content) => sum + Buffer.byteLength(content), 0)
  return { pages: [...files.keys()].filter((address) => address.endsWith('.html')).length, bytes }
}
