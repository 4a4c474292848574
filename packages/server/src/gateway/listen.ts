import type { Config } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import type { HttpServer } from '../http/build-server.ts'
import { localUrl } from '../process/local-url.ts'
import { portIsFree } from '../process/port-is-free.ts'

/** On which the API listens: another one than in the settings when these leave it open. */
export const portOf = (app: HttpServer, config: Config): number => {
  const address = app.server.address()
  return typeof address === 'object' && address ? address.port : config.http.port
}

/** Where the API can be reached from this machine. */
export const urlOf = (app: HttpServer, config: Config): string =>
  localUrl({ ...config.http, port: portOf(app, config) })

const notHere = new Set(['ENOTFOUND', 'EADDRNOTAVAIL', 'EAI_AGAIN'])

/** A port that is taken speaks for itself. */
const refuseAddress = (error: NodeJS.ErrnoException): never => {
  if (error.code === 'EACCES') {
    throw new ConfigError('SERVER_PORT: this user may not listen there (EACCES); allowed are ports from 1024 on')
  }
  if (!notHere.has(error.code ?? '')) throw error
  throw new ConfigError(
    `SERVER_ADDRESS: nothing can listen there (${error.code}); allowed is an address or host name of this machine`,
  )
}

/** Opens the listener. @throws ConfigError for an address that is not of this machine, and a port that this user may not use */
export const listen = async (app: HttpServer, config: Config): Promise<void> => {
  const { address: host, port } = config.http
  await portIsFree(host, port).catch(refuseAddress)
  await app.listen({ host, port }).catch(refuseAddress)
}
