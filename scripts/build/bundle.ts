import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { type BuildOptions, build, type Metafile } from 'esbuild'
import { withoutAnswersOfFetch } from './answers-of-fetch.ts'
import { buildFolder, builtProgram, entries, hashOf, marksOf, stampFile } from './built.mjs'
import { bundleConsole, type ConsoleSizes } from './console.ts'
import { moveIntoPlace } from './into-place.ts'
import { leanPackages, namesOfCommonJs } from './lean-packages.ts'
import { findNamedFiles, type NamedFiles } from './named-files.ts'
import { placesOf } from './places.ts'

/** What lies in node_modules when it runs: it brings binaries, or files that it looks for next to itself. */
export const external = [
  'sharp',
  'tinypool',
  '@hyzyla/pdfium',
  'mpg123-decoder',
  '@wasm-audio-decoders/*',
  'opusscript',
]
/** What packages ask for when it happens to be there. It is not. */
const absent = ['pg-native', 'jimp', 'link-preview-js', 'audio-decode']

/** Builds are kept for a while: a gateway that runs loads parts of its own build when it first needs them. */
const keptBuilds = 3
const keptMs = 24 * 60 * 60 * 1000

const optionsFor = (root: string, outdir: string, named: NamedFiles): BuildOptions & { metafile: true } => ({
  absWorkingDir: root,
  entryPoints: { ...entries, ...named.threads },
  outdir,
  ...{ bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node26' },
  ...{ minify: true, legalComments: 'none', lineLimit: 400 },
  ...{ sourcemap: 'external', sourcesContent: false, metafile: true },
  ...{ outExtension: { '.js': '.mjs' }, chunkNames: '[name]-[hash]' },
  external: [...external, ...absent],
  // As tsconfig.json says, which an image is built without.
  tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true, target: 'es2024' } },
  // Packages in CommonJS ask for parts of Node by it.
  banner: { js: "import{createRequire as __req}from'node:module';const require=__req(import.meta.url);" },
  plugins: [named.plugin, leanPackages, namesOfCommonJs, withoutAnswersOfFetch],
  alias: { 'readable-stream': 'node:stream' },
  logLevel: 'silent',
})

const isOurs = (file: string): boolean => !file.includes('node_modules/') && /^(packages|overrides)\//.test(file)

const removeOld = (folder: string, current: string): void => {
  const others = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && /^[0-9a-f]{12}$/.test(entry.name) && entry.name !== current)
    .map(({ name }) => ({ name, at: statSync(path.join(folder, name)).mtimeMs }))
    .sort((one, other) => other.at - one.at)
  for (const { name, at } of others.slice(keptBuilds - 1)) {
    if (Date.now() - at > keptMs) rmSync(path.join(folder, name), { recursive: true, force: true })
  }
}

/** What decides about how it is built. */
const ownFiles = readdirSync(import.meta.dirname).map((name) => `scripts/build/${name}`)

const writeWhole = (file: string, text: string): void => {
  const part = `${file}.${process.pid}`
  writeFileSync(part, text)
  renameSync(part, file)
}

/** Node's own cache of compiled code is asked for by whoever starts the program in a way of their own. */
const starter = (place: string): string =>
  `import { enableCompileCache } from 'node:module'\n\nenableCompileCache()\nawait import('./${place}')\n`

/** What was built, for {@link overBudget} and for traces. */
export interface Stamp {
  readonly hash: string
  readonly folder: string
  readonly files: readonly string[]
  readonly marks: readonly string[]
  /** Bytes of code that each program loads at its start, by its name. */
  readonly startBytes: Readonly<Record<string, number>>
  readonly allBytes: number
  /** Of the web console, compressed. */
  readonly console: ConsoleSizes
}

/** What a program imports before its first line runs. */
const startBytesOf = ({ outputs }: Metafile, entry: string): number => {
  const seen = new Set<string>()
  const visit = (file: string): void => {
    if (seen.has(file)) return
    seen.add(file)
    for (const { path: imported, kind } of outputs[file]?.imports ?? [])
      if (kind === 'import-statement' && outputs[imported]) visit(imported)
  }
  visit(entry)
  return [...seen].reduce((sum, file) => sum + outputs[file]!.bytes, 0)
}

const sizesOf = (metafile: Metafile): Pick<Stamp, 'startBytes' | 'allBytes'> => {
  const code = Object.entries(metafile.outputs).filter(([file]) => !file.endsWith('.map'))
  // What is loaded when it is needed is named after its content; programs and threads are not.
  const programs = code.filter(([file, { entryPoint }]) => entryPoint && !/-[A-Z0-9]{8}\.mjs$/.test(file))
  return {
    startBytes: Object.fromEntries(
      programs.map(([file]) => [path.basename(file, '.mjs'), startBytesOf(metafile, file)]),
    ),
    allBytes: code.reduce((sum, [, { bytes }]) => sum + bytes, 0),
  }
}

/** Traces name our own sources, and those of the library whose failures are told apart by them. */
const isTraced = (file: string): boolean => isOurs(file) || file.startsWith('node_modules/baileys/lib/')

const replaceMaps = (outdir: string, place: string): void => {
  for (const name of readdirSync(outdir).filter((file) => file.endsWith('.map'))) {
    const file = path.join(outdir, name)
    const places = placesOf(JSON.parse(readFileSync(file, 'utf8')), place, isTraced)
    writeFileSync(file.replace(/\.mjs\.map$/, '.places'), places)
    rmSync(file)
  }
}

/** Compiles the programs with all that they import into `build/`, each into one file and others for what is loaded only when it is needed. Programs that run of an
 *  earlier build are not disturbed. @throws when something cannot be compiled, or `build/` cannot be written */
export const bundle = async (root: string): Promise<void> => {
  const folder = buildFolder(root)
  mkdirSync(folder, { recursive: true })
  const outdir = path.join(folder, `.new-${process.pid}`)
  try {
    const named = findNamedFiles(root)
    const { metafile } = await build(optionsFor(root, outdir, named))
    replaceMaps(outdir, path.posix.join('build', path.basename(outdir)))
    for (const [name, file] of Object.entries(named.data)) copyFileSync(path.join(root, file), path.join(outdir, name))
    const page = await bundleConsole(root, path.join(outdir, 'console'))
    const own = ['package-lock.json', ...ownFiles, ...page.inputs.filter(isOurs)]
    const files = [
      ...new Set([...Object.keys(metafile.inputs).filter(isOurs), ...Object.values(named.data), ...own]),
    ].sort()
    const hash = hashOf(root, files)
    const place = hash.slice(0, 12)
    moveIntoPlace(outdir, path.join(folder, place))
    for (const name of Object.keys(entries)) writeWhole(builtProgram(root, name), starter(`${place}/${name}.mjs`))
    const { firstBytes, allBytes } = page
    const sizes = { ...sizesOf(metafile), console: { firstBytes, allBytes } }
    const stamp: Stamp = { hash, folder: place, files, marks: marksOf(root, files), ...sizes }
    writeWhole(stampFile(root), JSON.stringify(stamp))
    removeOld(folder, place)
  } finally {
    rmSync(outdir, { recursive: true, force: true })
  }
}
