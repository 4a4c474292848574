import type { Secrets } from '../config/config.ts'

export const testSecrets: Secrets = {
  adminSecret: 'admin-secret-of-a-test-32-characters',
  jwtSecret: 'jwt-secret-of-a-test-with-32-characters',
  masterKey: '0f'.repeat(32),
}
