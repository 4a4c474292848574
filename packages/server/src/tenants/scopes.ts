/** What a credential may do. */
export const scopes = ['read', 'send', 'manage', 'webhooks', 'admin'] as const

export type AccessScope = (typeof scopes)[number]
