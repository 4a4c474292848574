import type { FastifyInstance } from 'fastify'
import { AppError } from '../errors/app-error.ts'
import { routeUrl } from './route-url.ts'

/** The methods that a path takes, sorted; undefined when nothing is there. The path comes as a request line has it. */
export type RouteMethods = (path: string) => readonly string[] | undefined

interface Route {
  readonly method: string
  readonly path: string
}

const patternOf = (basePath: string, path: string): RegExp => {
  const url = routeUrl(basePath, path).replace(/(?<=.)\/$/, '')
  const parts = url.split('/').map((part) => (part.startsWith(':') ? '[^/]+' : part.replaceAll('.', '\\.')))
  return new RegExp(`^${parts.join('/').replace(/^$/, '/')}/?$`, 'i')
}

/** Escaped letters are letters, as they are to the router. */
const decode = (path: string): string => {
  try {
    return decodeURI(path)
  } catch {
    return path
  }
}

/** Looks routes up by path alone. Only requests that no route takes are looked up, so that a list is fast enough. */
export const routeMethods = (routes: readonly Route[], basePath: string): RouteMethods => {
  const places = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>()
  for (const { method, path } of routes) {
    const place = places.get(path) ?? { pattern: patternOf(basePath, path), methods: new Set() }
    places.set(path, place)
    place.methods.add(method)
    if (method === 'GET') place.methods.add('HEAD')
  }
  return (target) => {
    const path = decode(target.replace(/^https?:\/\/[^/?#]*/i, '').replace(/[?#].*/s, '') || '/')
    const taken = [...places.values()].filter(({ pattern }) => pattern.test(path))
    return taken.length > 0 ? [...new Set(taken.flatMap(({ methods }) => [...methods]))].sort() : undefined
  }
}

/** What is wrong with a request that no route takes. @param target as its request line has it @param allowed what its address takes, if it takes anything */
export const noSuchRoute = (method: string, target: string, allowed: readonly string[] | undefined): AppError => {
  const path = target.replace(/[?#].*$/s, '').slice(0, 200)
  if (!allowed) return new AppError('not_found', `There is no ${method} ${path} here`)
  return new AppError('method_not_allowed', `${path} takes ${allowed.join(', ')}, and not ${method}`, {
    details: { allowed },
  })
}

/** A known path with a method that it does not take answers 405 and names those that it takes; any other path answers 404. Both before a body is read. */
export const refuseOtherRoutes = (app: FastifyInstance, methodsOf: RouteMethods): void => {
  app.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) return done()
    const target = request.raw.url ?? '/'
    const allowed = methodsOf(target)
    if (allowed) reply.header('allow', allowed.join(', '))
    throw noSuchRoute(request.method, target, allowed)
  })
}
