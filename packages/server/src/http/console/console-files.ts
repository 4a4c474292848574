import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { whenAsked } from '../../when-asked.ts'

export type Encoding = 'br' | 'gz'

export interface ConsoleFile {
  readonly bytes: Uint8Array
  readonly encoding?: Encoding
}

/** The web console as it was built. Nothing of it is kept in memory. */
export interface ConsoleFiles {
  /** The page that every address of the console answers with. */
  page(): Promise<string>
  /** Undefined when there is none of this name. It comes in the first of these encodings that there is, or as it is. */
  file(name: string, encodings: readonly Encoding[]): Promise<ConsoleFile | undefined>
}

/** Where `npm run build` puts it: next to the compiled code. */
const builtFolder = path.join(import.meta.dirname, 'console')

const fromFolder = (folder: string, names: ReadonlySet<string>): ConsoleFiles => ({
  page: () => readFile(path.join(folder, 'index.html'), 'utf8'),
  async file(name, encodings) {
    if (!names.has(name) || name === 'index.html') return undefined
    const encoding = encodings.find((each) => names.has(`${name}.${each}`))
    const bytes = await readFile(path.join(folder, encoding ? `${name}.${encoding}` : name))
    return { bytes, ...(encoding && { encoding }) }
  },
})

interface Compiler {
  compileConsole(root: string): Promise<{ readonly files: ReadonlyMap<string, Uint8Array> }>
  newestSource(root: string): Promise<number>
}

/** Compiles the sources when the page is asked for and one of them is newer. For tests, and for who works on the console: what runs compiled has it built. */
const fromSources = async (root: string): Promise<ConsoleFiles> => {
  // By its address: what is compiled must not bring its own compiler.
  const compiler: Compiler = await import(pathToFileURL(path.join(root, 'scripts/build/console.ts')).href)
  let built: { readonly at: number; readonly files: Promise<ReadonlyMap<string, Uint8Array>> } | undefined
  const latest = async (): Promise<ReadonlyMap<string, Uint8Array>> => {
    const at = await compiler.newestSource(root)
    if (built?.at !== at) built = { at, files: compiler.compileConsole(root).then(({ files }) => files) }
    return built.files
  }
  return {
    page: async () => Buffer.from((await latest()).get('index.html') ?? '').toString('utf8'),
    async file(name) {
      const bytes = (await (built?.files ?? latest())).get(name)
      return bytes && name !== 'index.html' ? { bytes } : undefined
    },
  }
}

/** Finds the console when it is first asked for. */
export const openConsoleFiles = whenAsked(async (): Promise<ConsoleFiles> => {
  const names = await readdir(builtFolder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (names?.includes('index.html')) return fromFolder(builtFolder, new Set(names))
  return fromSources(path.resolve(import.meta.dirname, '../../../../..'))
})
