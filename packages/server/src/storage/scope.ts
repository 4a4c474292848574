import { sql } from 'kysely'

/** What webhooks and readers of events are for, as text: a device by its id, or an API key with all of its devices as `key:<id>`. */
export type Scope = string

const prefix = 'key:'

export const keyScope = (apiKeyId: number): Scope => `${prefix}${apiKeyId}`

/** The scopes of which the webhooks get the events of a device: its own, and that of its API key. @param device name of the row in the statement */
export const scopesOf = (device: string) =>
  sql`(${sql.ref(`${device}.id`)}, ${sql.lit(prefix)} || ${sql.ref(`${device}.api_key_id`)})`

/** The API key that a scope is; undefined for a device. */
export const apiKeyOf = (scope: Scope): number | undefined =>
  scope.startsWith(prefix) ? Number(scope.slice(prefix.length)) : undefined
