import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Sandbox } from '../driver/sandbox.ts'

export interface ControlRequest {
  readonly sandbox: Sandbox
  /** Values of the path's `{names}`, decoded. */
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** Parsed JSON; an empty object when there was no body. */
  readonly body: unknown
  readonly raw: IncomingMessage
  readonly response: ServerResponse
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** `/phones/{id}/messages` */
  readonly path: string
  /** Returns what is sent as JSON; undefined when the handler answered by itself. */
  run(request: ControlRequest): unknown
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
