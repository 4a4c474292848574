import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AuthKind } from '../kit/context.ts'
import { authenticate } from './authenticate.ts'
import type { Caller } from './caller.ts'
import type { Mounting } from './server-options.ts'
import { servicesFor } from './services-for.ts'

/** Who calls a route. `identify` runs before the body is read: who may not call costs us no memory. */
export const createCallers = (auth: AuthKind, always: boolean, options: Mounting) => {
  return {
    identify: async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      const services = servicesFor(options, always)
      const principal = await authenticate(auth, request, services.tenants)
      request.caller = { principal, services }
      const seat = options.seats.take(request, principal)
      if (seat) reply.raw.once('close', () => seat.leave())
    },
    /** The one that was identified. */
    of: (request: FastifyRequest): Caller => request.caller!,
  }
}
