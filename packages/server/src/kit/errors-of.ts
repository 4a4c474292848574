import type { ErrorCode } from '../errors/catalogue.ts'
import type { AuthKind } from './context.ts'
import type { Operation } from './define-operation.ts'
import type { StreamOperation } from './define-stream.ts'
import { isSocket, isStream } from './registered.ts'

/** Of whoever may not be who they are, or where. */
const callerErrors = [
  'unauthorized',
  'access_key_expired',
  'forbidden_network',
  'origin_not_allowed',
  'rate_limited',
] as const satisfies readonly ErrorCode[]

/** Of whoever acts for somebody else, who is not there. */
const targetErrors: Readonly<Record<AuthKind, readonly ErrorCode[]>> = {
  none: [],
  admin: [],
  api_key: ['api_key_not_found'],
  device: ['device_not_found'],
  owner: ['device_not_found', 'api_key_not_found'],
  reader: ['device_not_found', 'api_key_not_found'],
  session: [],
}

/** Refused to credentials with a send policy. */
const takesPolicies = ({ auth, method, heedsPolicy }: Operation): boolean =>
  method !== 'GET' && !heedsPolicy && (auth === 'device' || auth === 'api_key' || auth === 'owner')

/** It may be about a device that another of several gateways has. */
const mayBeElsewhere = ({ auth, method, deviceOf }: Operation): boolean =>
  method !== 'GET' && (auth === 'device' || auth === 'owner' || deviceOf !== undefined)

/** Every error that an operation can answer: its own, and those that come with its kind. */
export const errorsOf = (operation: Operation | StreamOperation): ErrorCode[] => {
  const codes = new Set<ErrorCode>(['invalid_request'])
  if (operation.auth !== 'none') for (const code of callerErrors) codes.add(code)
  if (operation.auth !== 'none' && operation.auth !== 'session') codes.add('forbidden_scope')
  for (const code of targetErrors[operation.auth]) codes.add(code)
  if (!isStream(operation)) {
    // What takes no body still has to read the one that it is sent.
    if (operation.method !== 'GET')
      for (const code of ['invalid_json', 'payload_too_large', 'unsupported_media_type'] as const) codes.add(code)
    if (takesPolicies(operation)) codes.add('policy_forbids')
    if (operation.act && !operation.act.repeatable) codes.add('outcome_unknown')
    if (operation.idempotent || operation.act)
      for (const code of ['idempotency_conflict', 'idempotency_in_progress'] as const) codes.add(code)
  }
  if (isSocket(operation)) codes.add('upgrade_required')
  for (const code of operation.errors ?? []) codes.add(code)
  codes.add('internal')
  if (isStream(operation) || !operation.always) codes.add('not_ready').add('shutting_down')
  if (!isStream(operation) && mayBeElsewhere(operation)) codes.add('answer_lost')
  return [...codes]
}
