import type { FastifyInstance, HTTPMethods } from 'fastify'
import { AppError } from '../errors/app-error.ts'
import { routeUrl } from './route-url.ts'

/** What the contract promises and nobody serves yet says so, instead of looking like a wrong address. */
export const mountMissingRoutes = (
  app: FastifyInstance,
  routes: readonly { readonly method: HTTPMethods; readonly path: string }[],
  basePath: string,
): void => {
  for (const { method, path } of routes) {
    app.route({
      method,
      url: routeUrl(basePath, path),
      exposeHeadRoute: false,
      onRequest: async () => {
        throw new AppError('unsupported', `${method} ${path} is not supported yet`)
      },
      handler: async () => undefined,
    })
  }
}
