export interface DevicePrincipal {
  readonly kind: 'device'
  readonly deviceId: string
  readonly apiKeyId: number
}

export interface ApiKeyPrincipal {
  readonly kind: 'api_key'
  readonly apiKeyId: number
}

export interface AdminPrincipal {
  readonly kind: 'admin'
}
