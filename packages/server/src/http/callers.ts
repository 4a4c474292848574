import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Services } from '../gateway/services.ts'
import type { AuthKind, Principal } from '../kit/context.ts'
import { noteCaller } from './access-log.ts'
import { authenticate } from './authenticate.ts'
import type { Mounting } from './server-options.ts'
import { servicesFor } from './services-for.ts'

export interface Caller {
  readonly principal: Principal
  readonly services: Services
}

/** Who calls a route. `identify` runs before the body is read: who may not call costs us no memory. */
export const createCallers = (auth: AuthKind, always: boolean, options: Mounting) => {
  const callers = new WeakMap<FastifyRequest, Caller>()
  return {
    identify: async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      const services = servicesFor(options, always)
      const principal = await authenticate(auth, request, services.tenants)
      noteCaller(request, principal)
      const seat = options.seats.take(request, principal)
      if (seat) reply.raw.once('close', () => seat.leave())
      callers.set(request, { principal, services })
    },
    /** The one that was identified. */
    of: (request: FastifyRequest): Caller => callers.get(request)!,
  }
}
