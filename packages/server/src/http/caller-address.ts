import type { FastifyRequest } from 'fastify'

/** Where a request comes from. Limits an address, and the log, ask here and nowhere else. */
export const callerAddress = (request: FastifyRequest): string => request.ip
