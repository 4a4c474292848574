import { contractRoutes } from './contract-routes.ts'

// The contract and an operation may name the same parameter differently.
const shape = (method: string, path: string): string =>
  `${method} ${path
    .toLowerCase()
    .replaceAll(/\{\w+\}/g, '{}')
    .replace(/(?<=.)\/$/, '')}`

/** Routes of the contract that none of the given operations serves. */
export function missingRoutes(
  served: Iterable<{ readonly method: string; readonly path: string }>,
): { readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'; readonly path: string }[] {
  const known = new Set([...served].map(({ method, path }) => shape(method, path)))
  return contractRoutes
    .filter(([method, path]) => !known.has(shape(method, path)))
    .map(([method, path]) => ({ method, path }))
}
