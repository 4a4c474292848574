import { isBuiltin } from 'node:module'
import path from 'node:path'
import type { Plugin } from 'esbuild'

const isolated = new Set(['node:sqlite'])

/**
 * What packages bring along that nobody here uses, or that Node does dearly for modules.
 *
 * To give a part of itself to an `import`, Node reads everything that this part exports, also what it would load only when it is asked for: `node:http` loads Node's
 * whole own client for `fetch` so, which is 15 MB resident. Asked for as `require` does, it does not.
 */
export const leanPackages: Plugin = {
  name: 'lean packages',
  setup(build) {
    build.onResolve({ filter: /^(node:)?[a-z_/0-9]+$/ }, ({ path: name, kind }) =>
      kind === 'import-statement' && isBuiltin(name) && !isolated.has(name)
        ? { path: name.replace(/^node:/, ''), namespace: 'part of Node' }
        : undefined,
    )
    build.onLoad({ filter: /.*/, namespace: 'part of Node' }, ({ path: name }) => ({
      contents: `module.exports = process.getBuiltinModule('node:${name}')`,
      loader: 'js',
    }))
    // The words of errors in some fifty languages; English is all that is asked for.
    build.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, ({ path: file }) => ({
      contents: "export { default as en } from './en.js'",
      resolveDir: path.dirname(file),
      loader: 'js',
    }))
  },
}
