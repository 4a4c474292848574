import { readFileSync } from 'node:fs'
import { findPackageJSON, isBuiltin } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Plugin } from 'esbuild'

const isolated = new Set(['node:sqlite'])

/** What is loaded or kept in a package for what nobody here asks of it. */
const unused = ['@fastify/ajv-compiler', '@fastify/fast-json-stringify-compiler', 'light-my-request']

/** Of the types of files only which of them are worth compressing is asked for. */
const compressibleOnly = (text: string): string => {
  const types = Object.entries(JSON.parse(text) as Record<string, { compressible?: boolean }>)
  const known = types.filter(([, { compressible }]) => compressible !== undefined)
  return JSON.stringify(Object.fromEntries(known.map(([type, { compressible }]) => [type, { compressible }])))
}

/** @throws when a new version of the package has another text there */
const replaced = (text: string, from: string, to: string): string => {
  if (!text.includes(from)) throw new Error(`"${from}" is not there any more`)
  return text.replace(from, to)
}

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
    const names = new RegExp(`^(${unused.join('|')})$`)
    build.onResolve({ filter: names }, ({ path: name }) => ({ path: name, namespace: 'unused' }))
    build.onLoad({ filter: /.*/, namespace: 'unused' }, ({ path: name }) => ({
      contents: `module.exports = () => { throw new Error('${name} is not built in') }`,
      loader: 'js',
    }))
    build.onLoad({ filter: /[\\/]mime-db[\\/]db\.json$/ }, ({ path: file }) => ({
      contents: compressibleOnly(readFileSync(file, 'utf8')),
      loader: 'json',
    }))
    // Nobody speaks HTTP/2 to a gateway itself: what does it is loaded with its first server of that kind, which never comes.
    build.onLoad({ filter: /[\\/]fastify[\\/]lib[\\/]server\.js$/ }, ({ path: file }) => ({
      contents: replaced(readFileSync(file, 'utf8'), "const http2 = require('node:http2')", 'const http2 = undefined'),
      loader: 'js',
    }))
    // What it hides from compilers would be looked for in node_modules, where nothing of it is.
    build.onLoad({ filter: /[\\/]file-type[\\/]source[\\/]index\.js$/ }, ({ path: file }) => ({
      contents: replaced(readFileSync(file, 'utf8'), "importAtRuntime('strtok3')", "import('strtok3')"),
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
