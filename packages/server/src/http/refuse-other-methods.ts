import type { FastifyInstance, HTTPMethods } from 'fastify'
import { AppError } from '../errors/app-error.ts'
import { routeUrl } from './route-url.ts'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE'] as const

/** A known path with a method that it does not take answers 405 and names those that it takes. */
export const refuseOtherMethods = (
  app: FastifyInstance,
  routes: readonly { readonly method: string; readonly path: string }[],
  basePath: string,
): void => {
  const taken = new Map<string, Set<string>>()
  for (const { method, path } of routes) {
    // The same place may have parameters of other names.
    const url = routeUrl(
      basePath,
      path.replaceAll(/\{\w+\}/g, () => '{any}'),
    )
    taken.set(url, (taken.get(url) ?? new Set()).add(method))
  }
  for (const [url, own] of taken) {
    if (own.has('GET')) own.add('HEAD')
    const others = methods.filter((method) => !own.has(method))
    const allow = [...own].sort().join(', ')
    app.route({
      method: others as HTTPMethods[],
      url,
      exposeHeadRoute: false,
      onRequest: async (_request, reply) => {
        reply.header('allow', allow)
        throw new AppError('method_not_allowed', undefined, { details: { allowed: allow.split(', ') } })
      },
      handler: async () => undefined,
    })
  }
}
