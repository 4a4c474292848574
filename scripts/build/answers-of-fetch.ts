import { readFileSync } from 'node:fs'
import type { Plugin } from 'esbuild'

const asks = 'return obj instanceof Response'

/** What compresses answers asks of each whether it is one of `fetch`. To say no, Node loads its whole client for `fetch`: 19 MB and 50 ms of CPU with the first
 *  answer. Ours are never of that kind. */
export const withoutAnswersOfFetch: Plugin = {
  name: 'without answers of fetch',
  setup(build) {
    build.onLoad({ filter: /[\\/]@fastify[\\/]compress[\\/]lib[\\/]utils\.js$/ }, ({ path: file }) => {
      const text = readFileSync(file, 'utf8')
      if (!text.includes(asks)) throw new Error(`@fastify/compress has no "${asks}" any more`)
      return { contents: text.replace(asks, 'return false'), loader: 'js' }
    })
  },
}
