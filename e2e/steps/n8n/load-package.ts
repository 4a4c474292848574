import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { buildSync } from 'esbuild'

const folder = path.resolve(import.meta.dirname, '../../../clients/n8n')

export const { n8n: listed } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
  n8n: { nodes: string[]; credentials: string[] }
}

/** The values that the nodes take from n8n. The package n8n-workflow itself is not here: with all that it brings it has hundreds of megabytes, and its licence
 *  is not one of open source. The official build checks the nodes against its types. */
class Failure extends Error {
  readonly itemIndex: number | undefined

  constructor(_node: unknown, cause: Error | string, options: { readonly itemIndex?: number } = {}) {
    super(typeof cause === 'string' ? cause : cause.message, { cause })
    this.itemIndex = options.itemIndex
  }
}
const host = { NodeApiError: Failure, NodeOperationError: Failure, NodeConnectionTypes: { Main: 'main' } }

/** What a file of the package exports, compiled as n8n loads it: CommonJS.
 *  @param file as in the field `n8n` of package.json */
export const exportsOf = <Exports>(file: string): Exports => {
  const { outputFiles } = buildSync({
    entryPoints: [path.join(folder, file.replace(/^dist\//, '').replace(/\.js$/, '.ts'))],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['n8n-workflow'],
    write: false,
    logLevel: 'error',
  })
  const module = { exports: {} as Exports }
  const load = createRequire(import.meta.url)
  const given = (name: string): unknown => (name === 'n8n-workflow' ? host : load(name))
  new Function('module', 'exports', 'require', outputFiles[0]!.text)(module, module.exports, given)
  return module.exports
}

/** An object of the class that the file is named after. */
export const loadListed = <Class>(file: string): Class => {
  const Listed = exportsOf<Record<string, new () => Class>>(file)[path.basename(file).split('.')[0]!]
  if (!Listed) throw new Error(`${file} does not have the class that it is named after`)
  return new Listed()
}
