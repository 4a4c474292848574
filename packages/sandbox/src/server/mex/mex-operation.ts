import type { Device } from '../../world/account.ts'
import type { World } from '../../world/world.ts'
import { mexRefusals } from './mex-error.ts'

export interface MexRequest {
  readonly world: World
  readonly from: Device
  readonly variables: Readonly<Record<string, unknown>>
}

/** Answers with the `data` of a GraphQL response; throws MexError to refuse. */
export type MexOperation = (request: MexRequest) => Readonly<Record<string, unknown>>

export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

/** @throws MexError 400 */
export function text(value: unknown): string {
  if (typeof value !== 'string' || value === '') throw mexRefusals.badRequest()
  return value
}
