import { readFileSync } from 'node:fs'
import { findPackageJSON, isBuiltin } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
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

const isCommonJs = (file: string): boolean => {
  if (!/\.c?js$/.test(file)) return false
  const description = findPackageJSON(pathToFileURL(file))
  return file.endsWith('.cjs') || !description || JSON.parse(readFileSync(description, 'utf8')).type !== 'module'
}

/** A mark for what this plugin asks itself. */
const asked = Symbol('asked')

/**
 * Gives an `import()` of a package in CommonJS the names that Node gives it. Where code is split, esbuild gives it nothing but `default`, and every name is undefined
 * without a word.
 */
export const namesOfCommonJs: Plugin = {
  name: 'names of CommonJS',
  setup(build) {
    build.onResolve({ filter: /^[^.]/ }, async ({ path: name, kind, importer, resolveDir, pluginData }) => {
      if (kind !== 'dynamic-import' || isBuiltin(name) || pluginData === asked) return undefined
      const found = await build.resolve(name, { kind, importer, resolveDir, pluginData: asked })
      // What is not there may be asked for in case it is.
      if (found.errors.length > 0) return undefined
      if (found.external || !isCommonJs(found.path)) return found
      return { path: found.path, namespace: 'CommonJS with names' }
    })
    build.onLoad({ filter: /.*/, namespace: 'CommonJS with names' }, async ({ path: file }) => {
      const names = Object.keys(await import(pathToFileURL(file).href))
      const plain = names.filter((name) => /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) && name !== 'default')
      return {
        contents: `const whole = require(${JSON.stringify(file)})\nexport default whole\nexport const { ${plain} } = whole`,
        resolveDir: path.dirname(file),
        loader: 'js',
      }
    })
  },
}
