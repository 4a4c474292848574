// Compiles the web console: code split by screen, every name with a hash of what is in it, and the page that loads it.
import { globSync, readFileSync } from 'node:fs'
import { mkdir, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild'

const source = 'packages/console/src'
const outdir = 'console'

/** The console before it lies anywhere. */
export interface BuiltConsole {
  /** Contents by name. `index.html` is the page. */
  readonly files: ReadonlyMap<string, Uint8Array>
  /** Sources, from the root of the project. */
  readonly inputs: readonly string[]
  /** What the browser loads before it shows anything. */
  readonly first: readonly string[]
}

/** Compressed bytes, for the budget. */
export interface ConsoleSizes {
  readonly firstBytes: number
  readonly allBytes: number
}

/** All styles of the console are one file: first the common ones in their order, then those of components and screens. */
const styles = (root: string): Plugin => ({
  name: 'styles',
  setup(build) {
    build.onResolve({ filter: /^console:style$/ }, () => ({ path: 'style', namespace: 'console' }))
    build.onLoad({ filter: /^style$/, namespace: 'console' }, () => {
      const own = globSync(`${source}/{ui,app,screens/*}/*.css`, { cwd: root }).map((file) =>
        path.relative(source, file).replaceAll(path.sep, '/'),
      )
      const contents = ['style/style.css', ...own.sort()].map((file) => `@import "./${file}";`).join('\n')
      return { contents, loader: 'css', resolveDir: path.join(root, source) }
    })
  },
})

const optionsFor = (root: string): BuildOptions & { metafile: true; write: false } => ({
  absWorkingDir: root,
  entryPoints: { app: `${source}/main.tsx`, style: 'console:style' },
  outdir,
  ...{ bundle: true, splitting: true, format: 'esm', platform: 'browser' },
  target: ['chrome123', 'firefox128', 'safari17.5'],
  ...{ minify: true, legalComments: 'none', charset: 'utf8' },
  ...{ jsx: 'automatic', jsxImportSource: 'preact' },
  ...{ entryNames: '[name]-[hash]', chunkNames: '[name]-[hash]' },
  ...{ metafile: true, write: false },
  tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true, target: 'es2022' } },
  plugins: [styles(root)],
  logLevel: 'silent',
})

/** The outputs that a browser loads with this one at once. */
const loadedWith = ({ outputs }: Metafile, entry: string): string[] => {
  const seen = new Set<string>()
  const visit = (file: string): void => {
    if (seen.has(file)) return
    seen.add(file)
    for (const { path: imported, kind } of outputs[file]?.imports ?? [])
      if (kind === 'import-statement' && outputs[imported]) visit(imported)
  }
  visit(entry)
  return [...seen]
}

const outputOf = ({ outputs }: Metafile, entryPoint: string): string => {
  const found = Object.entries(outputs).find(([, output]) => output.entryPoint === entryPoint)
  if (!found) throw new Error(`The console has no ${entryPoint}`)
  return found[0]
}

const pageOf = (template: string, style: string, scripts: readonly string[]): string => {
  const [app = '', ...chunks] = scripts
  const lines = [
    `<link rel="stylesheet" href="${style}">`,
    ...chunks.map((chunk) => `<link rel="modulepreload" href="${chunk}">`),
    `<script type="module" src="${app}"></script>`,
  ]
  return template.replace('<!-- built -->', lines.join('\n    '))
}

const nameOf = (file: string): string => path.posix.basename(file.replaceAll(path.sep, '/'))

/** @throws when something of it cannot be compiled */
export const compileConsole = async (root: string): Promise<BuiltConsole> => {
  const { outputFiles, metafile } = await build(optionsFor(root))
  const files = new Map(outputFiles.map(({ path: file, contents }) => [nameOf(file), contents]))
  const scripts = loadedWith(metafile, outputOf(metafile, `${source}/main.tsx`)).map(nameOf)
  const style = nameOf(outputOf(metafile, 'console:style'))
  const template = `${source}/index.html`
  files.set('index.html', Buffer.from(pageOf(readFileSync(path.join(root, template), 'utf8'), style, scripts)))
  const inputs = Object.keys(metafile.inputs).filter((file) => !file.startsWith('console:'))
  return { files, inputs: [...inputs, template], first: ['index.html', style, ...scripts] }
}

const squeeze = promisify(brotliCompress)
const zip = promisify(gzip)

/** Compiles it into a folder, each file also compressed in the two ways that browsers ask for. @throws when it cannot be compiled or written */
export const bundleConsole = async (
  root: string,
  folder: string,
): Promise<ConsoleSizes & Pick<BuiltConsole, 'inputs'>> => {
  const { files, inputs, first } = await compileConsole(root)
  await mkdir(folder, { recursive: true })
  const sizes = await Promise.all(
    [...files].map(async ([name, contents]) => {
      const [br, gz] = await Promise.all([
        squeeze(contents, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: contents.length } }),
        zip(contents, { level: 9 }),
      ])
      const file = path.join(folder, name)
      const written = [writeFile(file, contents)]
      if (name !== 'index.html') written.push(writeFile(`${file}.br`, br), writeFile(`${file}.gz`, gz))
      await Promise.all(written)
      return { name, bytes: gz.length }
    }),
  )
  const sum = (those: readonly { bytes: number }[]): number => those.reduce((total, { bytes }) => total + bytes, 0)
  return { inputs, firstBytes: sum(sizes.filter(({ name }) => first.includes(name))), allBytes: sum(sizes) }
}

/** When the newest source of the console was changed, ms; for who runs it from its sources. */
export const newestSource = async (root: string): Promise<number> => {
  const files = globSync('packages/{console,client}/src/**/*.{ts,tsx,css,html}', { cwd: root })
  const times = await Promise.all(files.map(async (file) => (await stat(path.join(root, file))).mtimeMs))
  return Math.max(0, ...times)
}
