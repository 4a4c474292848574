import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Asker, NamedDevice } from '../compat/define-call.ts'
import { AppError } from '../errors/app-error.ts'
import type { Services } from '../gateway/services.ts'
import type { Principal } from '../kit/context.ts'
import { scopeOfOperation } from '../kit/operation-scopes.ts'
import type { Route } from '../kit/registered.ts'
import type { Grant, Target } from '../tenants/principals.ts'
import { scopeOf } from '../tenants/principals.ts'
import { looksLikeAccessKey, looksLikeApiKey } from '../tenants/secrets.ts'
import { callerAddress, originOf } from './caller-address.ts'
import { wantedBy } from './callers.ts'
import { peerSignal } from './peer-signal.ts'
import type { Performer } from './perform.ts'

/** Who has this credential: an API key, an access key, or the token of a device. @throws AppError unauthorized | rate_limited */
export const grantOf = (key: string, services: Services, from: string): Grant => {
  const { authenticator } = services.tenants
  if (looksLikeAccessKey(key)) return authenticator.accessKey(key, { from })
  return looksLikeApiKey(key) ? authenticator.apiKey(key, { from }) : authenticator.token(`Bearer ${key}`)
}

interface AskerParts {
  readonly services: Services
  readonly grant: Grant
  readonly basePath: string
  readonly routes: ReadonlyMap<string, Route>
  readonly performer: Performer
}

/** Lets in whoever has a grant for one operation, as its route would. The first time counts towards the limit of the key. */
export const admitFor = async (
  { services, grant }: Pick<AskerParts, 'services' | 'grant'>,
  route: Route,
  { target, from, again }: { readonly target?: Target; readonly from: string; readonly again: boolean },
): Promise<Principal> => {
  const { authenticator, actedFor, sendPolicies } = services.tenants
  const principal = authenticator.admit(grant, { ...wantedBy(route), ...(target && { target }) }, { from, again })
  sendPolicies.check(principal, route)
  await actedFor.note(principal, from)
  return principal
}

/** Asks operations for whoever sent a request in the form of another product. */
export const createAsker = (parts: AskerParts, request: FastifyRequest, reply: FastifyReply): Asker => {
  const { services, grant, basePath, routes, performer } = parts
  const from = callerAddress(request)
  const signalOf = peerSignal(reply)
  const { devices } = services.tenants

  const admitted = (device: NamedDevice | undefined, id: string): Promise<Principal> => {
    const target = device && { deviceId: device.id }
    return admitFor(parts, routes.get(id)!, { ...(target && { target }), from, again: true })
  }
  const ofKey = async (): Promise<NamedDevice[]> => {
    if (grant.kind === 'admin') return []
    const own = grant.kind === 'api_key' ? null : grant.deviceId
    if (own !== null) return [await devices.get(own)]
    return (await devices.list({ apiKeyId: grant.apiKeyId })).reverse()
  }
  const named = async (name: string): Promise<NamedDevice[]> => {
    // No device has such a name, and PostgreSQL takes no zero byte.
    if (name === '' || name.includes('\0')) return []
    if (grant.kind === 'api_key' || (grant.kind === 'access_key' && grant.deviceId === null)) {
      return devices.named(grant.apiKeyId, name)
    }
    return (await ofKey()).filter((device) => device.name === name || device.id === name)
  }

  return {
    services,
    baseUrl: originOf(request) + basePath,
    requestId: request.id,
    header(name) {
      const value = request.headers[name]
      return typeof value === 'string' ? value : undefined
    },
    setHeader: (name, value) => void reply.header(name, value),
    devices: ofKey,
    named,
    async device(name) {
      const [found, another] = await named(name)
      if (!found) throw new AppError('device_not_found')
      if (another) throw new AppError('invalid_request', 'Several devices have this name: use the id of one')
      return { ...found, name }
    },
    async perform(device, id, said = {}) {
      const principal = await admitted(device, id)
      return performer({ caller: { principal, services }, request, signalOf })(id, said)
    },
    async create(name, webhooks) {
      const principal = await admitted(undefined, 'deviceRegistration.create')
      if (principal.kind !== 'api_key') throw new AppError('unauthorized')
      const { kind = '', wanted = [] } = webhooks ?? {}
      if (wanted.length > 0)
        services.tenants.authenticator.checkScope(grant, scopeOfOperation(routes.get('webhooks.create')!))
      const { id, token } = await devices.create(principal.apiKeyId, name, (device) =>
        services.webhooks.ofNewDevice(device, kind, wanted),
      )
      services.webhooks.forget(id)
      return { id, token, name }
    },
    async webhooksOf(device, id) {
      const principal = await admitted(device, id)
      if (principal.kind !== 'device') throw new AppError('unauthorized')
      return scopeOf(principal)
    },
  }
}
