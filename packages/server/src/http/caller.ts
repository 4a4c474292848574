import type { Services } from '../gateway/services.ts'
import type { Principal } from '../kit/context.ts'

/** Who calls, and what is there for the call. */
export interface Caller {
  readonly principal: Principal
  readonly services: Services
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Since it was identified. */
    caller: Caller | undefined
  }
}
