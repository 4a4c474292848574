import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Sandbox } from '../driver/sandbox.ts'
import { accountRoutes } from './account-routes.ts'
import { appStateRoutes } from './app-state-routes.ts'
import { callRoutes } from './call-routes.ts'
import { channelAdminRoutes } from './channel-admin-routes.ts'
import { channelRoutes } from './channel-routes.ts'
import { ControlError } from './control-error.ts'
import { deviceRoutes } from './device-routes.ts'
import { faultRoutes } from './fault-routes.ts'
import { groupInviteRoutes } from './group-invite-routes.ts'
import { groupRoutes } from './group-routes.ts'
import { linkRoutes } from './link-routes.ts'
import { messageRoutes } from './message-routes.ts'
import { passkeyRoutes } from './passkey-routes.ts'
import { peopleRoutes } from './people-routes.ts'
import { phoneRoutes } from './phone-routes.ts'
import { readBytes, readJson } from './read-json.ts'
import { matchPath, type Route } from './route.ts'
import { stateRoutes } from './state-routes.ts'
import { statusRoutes } from './status-routes.ts'
import { worldRoutes } from './world-routes.ts'

/** Everything that the control API answers to. */
export const routes: readonly Route[] = [
  ...worldRoutes,
  ...stateRoutes,
  ...faultRoutes,
  ...phoneRoutes,
  ...linkRoutes,
  ...passkeyRoutes,
  ...peopleRoutes,
  ...callRoutes,
  ...accountRoutes,
  ...messageRoutes,
  ...groupRoutes,
  ...groupInviteRoutes,
  ...appStateRoutes,
  ...channelRoutes,
  ...channelAdminRoutes,
  ...statusRoutes,
  ...deviceRoutes,
]

/** The control API: everything the driver can do, as JSON over HTTP.
 *  @param token when given, requests must carry it as a bearer token */
export function createControlHandler(
  sandbox: Sandbox,
  token?: string,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    handle(sandbox, token, request, response).catch((error) => fail(sandbox, response, error))
  }
}

async function handle(
  sandbox: Sandbox,
  token: string | undefined,
  raw: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  checkOrigin(raw, response)
  if (raw.method === 'OPTIONS') {
    response.writeHead(204).end()
    return
  }
  if (token !== undefined) checkToken(raw, token)
  const { path, query } = splitTarget(raw.url ?? '/')
  const { route, params } = findRoute(raw.method ?? 'GET', path)
  const body = await bodyOf(route, raw)
  const result = await route.run({ sandbox, params, query, body, raw, response })
  if (result !== undefined) send(response, 200, result)
}

/** Taken as it is: `//` and `..` are names that nobody has here, and no way to another path. */
function splitTarget(target: string): { path: string; query: URLSearchParams } {
  const [path = '', ...query] = target.split('?')
  return { path: path.replace(/([^/])\/$/, '$1'), query: new URLSearchParams(query.join('?')) }
}

function bodyOf(route: Route, raw: IncomingMessage): unknown {
  if (route.method !== 'POST') return {}
  return route.maxBytes === undefined ? readJson(raw, route.maxJsonBytes) : readBytes(raw, route.maxBytes)
}

/** A page of some website must not command the sandbox through the visitor's browser; a console on this machine may. */
function checkOrigin(raw: IncomingMessage, response: ServerResponse): void {
  const origin = raw.headers.origin
  if (origin === undefined) return
  const host = URL.parse(origin)?.hostname
  if (host === undefined || !['127.0.0.1', 'localhost', '[::1]'].includes(host)) {
    throw new ControlError(403, 'foreign_origin', `requests from pages of ${origin} are not served`)
  }
  response.setHeader('access-control-allow-origin', origin)
  response.setHeader('access-control-allow-methods', 'GET, POST, DELETE')
  response.setHeader('access-control-allow-headers', 'authorization, content-type, last-event-id')
  response.setHeader('vary', 'origin')
}

function checkToken(raw: IncomingMessage, token: string): void {
  const given = Buffer.from(raw.headers.authorization ?? '')
  const wanted = Buffer.from(`Bearer ${token}`)
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
    throw new ControlError(401, 'unauthorized', 'a bearer token is required')
  }
}

function findRoute(method: string, path: string): { route: Route; params: Record<string, string> } {
  const matching = routes.flatMap((route) => {
    const params = matchPath(route.path, path)
    return params ? [{ route, params }] : []
  })
  const found = matching.find(({ route }) => route.method === method)
  if (found) return found
  if (matching.length === 0) throw new ControlError(404, 'not_found', `there is no ${path}`)
  const allowed = matching.map(({ route }) => route.method).join(', ')
  throw new ControlError(405, 'method_not_allowed', `${path} answers to ${allowed}`)
}

function send(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent) return
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body))
}

function fail(sandbox: Sandbox, response: ServerResponse, error: unknown): void {
  if (error instanceof ControlError) {
    send(response, error.status, { error: { code: error.code, message: error.message } })
    return
  }
  sandbox.world.log.append('sandbox.error', { message: error instanceof Error ? error.stack : String(error) })
  send(response, 500, { error: { code: 'internal_error', message: 'the sandbox failed; see its events' } })
}
