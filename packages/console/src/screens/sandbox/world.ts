import { SwitchboardError } from '@switchboard/client'
import { apiAddress } from '../../data/api.ts'

/** The world's control API (docs/reference/sandbox-control-api.md), which the gateway passes on. */
export const askWorld = async <Answer>(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  { body, signal }: { readonly body?: unknown; readonly signal?: AbortSignal } = {},
): Promise<Answer> => {
  const response = await fetch(`${apiAddress}/sandbox${path}`, {
    method,
    credentials: 'same-origin',
    headers: {
      'x-requested-with': 'switchboard',
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  })
  const answer = (await response.json().catch(() => ({}))) as { error?: { message?: string } }
  if (response.ok) return answer as Answer
  throw new SwitchboardError(answer.error?.message ?? response.statusText, {
    status: response.status,
    code: 'invalid_request',
    retryable: false,
    requestId: response.headers.get('x-request-id') ?? undefined,
    retryAfter: undefined,
  })
}

export interface Phone {
  readonly id: string
  readonly phone: string
  readonly jid: string
  readonly name: string
  readonly connected: boolean
}

export interface LinkedDevice {
  readonly id: number
  readonly jid: string
  readonly connected: boolean
  readonly waiting: number
}

export interface PhoneMessage {
  readonly id: string
  readonly chat: string
  readonly from_me: boolean
  readonly kind: string
  readonly text?: string | null
  readonly at: string
  readonly receipts: readonly { readonly type: string }[]
}

export interface Unhandled {
  readonly what: string
  readonly count: number
  readonly device: string
}
