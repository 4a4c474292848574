import type { IncomingMessage, ServerResponse } from 'node:http'
import type { z } from 'zod'
import type { Sandbox } from '../driver/sandbox.ts'
import { parseBody } from './read-json.ts'

export interface ControlRequest<Body = unknown> {
  readonly sandbox: Sandbox
  /** Values of the path's `{names}`, decoded. */
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** Parsed JSON; an empty object when there was no body. */
  readonly body: Body
  readonly raw: IncomingMessage
  readonly response: ServerResponse
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** `/phones/{id}/messages` */
  readonly path: string
  /** One sentence for the reference: what happens, without a full stop. */
  readonly summary?: string
  /** What the JSON body must be, for the reference. */
  readonly body?: z.ZodType
  /** Parameters of the query, each with what it means, for the reference. */
  readonly query?: Readonly<Record<string, string>>
  /** What is answered, for the reference. */
  readonly answer?: string
  /** The body is bytes, at most so many, and not JSON. */
  readonly maxBytes?: number
  /** Largest JSON body; 1 MiB when absent. */
  readonly maxJsonBytes?: number
  /** Returns what is sent as JSON; undefined when the handler answered by itself. */
  run(request: ControlRequest): unknown
}

/** A route that checks its body before it runs. */
export function routeWithBody<Body extends z.ZodType>(
  route: Omit<Route, 'run'> & { readonly body: Body; run(request: ControlRequest<z.output<Body>>): unknown },
): Route {
  return { ...route, run: (request) => route.run({ ...request, body: parseBody(route.body, request.body) }) }
}

/** The values of a path's names, or undefined when it is another path. */
export function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/')
  const given = path.split('/')
  if (wanted.length !== given.length) return undefined
  const params: Record<string, string> = {}
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? ''
    if (part.startsWith('{')) params[part.slice(1, -1)] = decode(value)
    else if (part !== value) return undefined
  }
  return params
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
