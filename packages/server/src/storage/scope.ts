/** What webhooks and readers of events are for, as text: a device by its id, or an API key with all of its devices as `key:<id>`. */
export type Scope = string

const prefix = 'key:'

export const keyScope = (apiKeyId: number): Scope => `${prefix}${apiKeyId}`

/** The API key that a scope is; undefined for a device. */
export const apiKeyOf = (scope: Scope): number | undefined =>
  scope.startsWith(prefix) ? Number(scope.slice(prefix.length)) : undefined
