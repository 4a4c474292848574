import type { ChannelRole } from '@switchboard/engine'

/** A part of what GraphQL says of a channel. Whatever is missing, or of another type than it should be, reads as empty. */
export type Json = Readonly<Record<string, unknown>>

export const record = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {})
export const text = (value: unknown): string => (typeof value === 'string' ? value : '')

const roles: readonly string[] = ['owner', 'admin', 'subscriber', 'guest'] satisfies ChannelRole[]

/** Names of roles are in capitals there. */
export function roleIn(value: unknown): ChannelRole {
  const role = text(value).toLowerCase()
  return (roles.includes(role) ? role : 'guest') as ChannelRole
}
