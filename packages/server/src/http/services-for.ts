import { AppError } from '../errors/app-error.ts'
import type { Services } from '../gateway/services.ts'
import type { ServerOptions } from './server-options.ts'

/** The parts that a request may use now. @throws AppError not_ready | shutting_down */
export const servicesFor = (options: ServerOptions, always: boolean): Services => {
  const services = options.services()
  if (always) {
    const { config, health, metrics } = options
    return services ?? ({ config, health, metrics } as Services)
  }
  if (options.health.phase === 'draining') throw new AppError('shutting_down', undefined, { retryAfterSeconds: 5 })
  if (!services) throw new AppError('not_ready', undefined, { retryAfterSeconds: 1 })
  return services
}
