import type { FastifyRequest } from 'fastify'
import { AppError } from '../../errors/app-error.ts'
import type { Services } from '../../gateway/services.ts'
import { type Carried, readCarried, write } from './carried.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Another node has let its caller in and sent it here: it goes no further. */
    isCarried: boolean
  }
}

/** Says who was let in. It is sealed for one request: nobody but a node of this cluster can write it, and nobody can use it again. */
export const carriedHeader = 'x-switchboard-carried'

type Cluster = Services['cluster']

const subjectOf = (method: string, url: string): string => `${method} ${url}`

export const sealCarried = (carried: Carried, { method, url }: { method: string; url: string }, cluster: Cluster) =>
  cluster.seal!.seal(subjectOf(method, url), write(carried)).toString('base64url')

/** What another node says of this request. Undefined for everybody else, whatever they send. @throws AppError not_ready when the device is not here any more */
export const carriedIn = (request: FastifyRequest, { seal, own }: Cluster): Carried | undefined => {
  const sealed = request.headers[carriedHeader]
  if (!seal || typeof sealed !== 'string') return undefined
  const opened = seal.openOnce(subjectOf(request.method, request.raw.url ?? ''), Buffer.from(sealed, 'base64url'))
  if (!opened) return undefined
  const carried = readCarried<Carried>(opened)
  if (own.serves(carried.deviceId)) return carried
  throw new AppError('not_ready', 'The device moves to another gateway just now: nothing was done', {
    retryAfterSeconds: 1,
  })
}
