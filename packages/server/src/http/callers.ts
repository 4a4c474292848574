import type { FastifyReply, FastifyRequest } from 'fastify'
import { scopeOfOperation } from '../kit/operation-scopes.ts'
import type { Route } from '../kit/registered.ts'
import type { Wanted } from '../tenants/authentication.ts'
import { lookForDevice } from '../tenants/look-for-device.ts'
import { authenticate } from './authenticate.ts'
import type { Caller } from './caller.ts'
import { carriedIn } from './forwarding/carried-request.ts'
import type { Mounting } from './server-options.ts'
import { servicesFor } from './services-for.ts'

/** What has to be known of a route. */
type Callable = Pick<Route, 'id' | 'method' | 'auth' | 'always' | 'heedsPolicy'>

/** Who may call a route. */
export const wantedBy = (route: Callable): Wanted => ({ auth: route.auth, scope: scopeOfOperation(route) })

/** Who calls a route. `identify` runs before the body is read: who may not call costs us no memory. */
export const createCallers = (route: Callable, options: Mounting) => {
  const wanted = wantedBy(route)
  return {
    identify: async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      const services = servicesFor(options, route.always ?? false)
      const carried = route.always ? undefined : carriedIn(request, services.cluster)
      if (carried) {
        request.isCarried = true
        request.forwarded = carried.from
        await lookForDevice(services.tenants, carried.deviceId)
      }
      const principal = carried?.principal ?? (await authenticate(wanted, request, services.tenants))
      if (principal.kind !== 'none' && !carried) services.tenants.sendPolicies.check(principal, route)
      request.caller = { principal, services }
      const seat = options.seats.take(request, principal)
      if (seat) reply.raw.once('close', () => seat.leave())
    },
    /** The one that was identified. */
    of: (request: FastifyRequest): Caller => request.caller!,
  }
}
