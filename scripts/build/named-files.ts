import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Plugin } from 'esbuild'

const namedByUrl = /new URL\('(\.{1,2}\/[^']+)', import\.meta\.url\)/g
const isCode = (file: string): boolean => file.endsWith('.ts')
const nameOf = (file: string): string => path.basename(file, '.ts')

/** Whether a source file is part of what ships. */
const ships = (file: string): boolean => !/\.test\.ts$|[\\/](testing|contract|node_modules)[\\/]/.test(file)

/** Files that the sources name by `new URL('…', import.meta.url)`: threads, and what is read as it is. Each lies next to the code when it is built, under the
 *  last part of its name; a thread is a program of its own. */
export interface NamedFiles {
  /** Threads by name. */
  readonly threads: Readonly<Record<string, string>>
  /** Files that are copied, by name. */
  readonly data: Readonly<Record<string, string>>
  /** Makes the code look for them where they lie then. */
  readonly plugin: Plugin
}

/** @throws when two of them would have one name */
export const findNamedFiles = (root: string): NamedFiles => {
  const byName = new Map<string, string>()
  for (const source of globSync('packages/*/src/**/*.ts', { cwd: root }).filter(ships)) {
    const text = readFileSync(path.join(root, source), 'utf8')
    for (const [, target = ''] of text.matchAll(namedByUrl)) {
      const file = path.join(path.dirname(source), target)
      const known = byName.get(nameOf(file))
      if (known !== undefined && known !== file) throw new Error(`${known} and ${file} would have one name when built`)
      byName.set(nameOf(file), file)
    }
  }
  const those = (wanted: boolean) => Object.fromEntries([...byName].filter(([, file]) => isCode(file) === wanted))
  const plugin: Plugin = {
    name: 'named files',
    setup: (build) => {
      build.onLoad({ filter: /[\\/]packages[\\/].*\.ts$/ }, ({ path: file }) => ({
        contents: readFileSync(file, 'utf8').replaceAll(namedByUrl, (_, target: string) => {
          const place = isCode(target) ? `${nameOf(target)}.mjs` : path.basename(target)
          return `new URL('./${place}', import.meta.url)`
        }),
        loader: 'ts',
      }))
    },
  }
  return { threads: those(true), data: those(false), plugin }
}
