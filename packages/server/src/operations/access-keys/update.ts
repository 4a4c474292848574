import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { AccessKeyEntry, AccessKeyPath, accessKeyFields, toAccessKeyEntry } from './access-key-shapes.ts'

const { label, scopes, expires_at, networks } = accessKeyFields

export default defineOperation({
  method: 'PATCH',
  path: '/access-keys/{access_key_id}',
  auth: 'api_key',
  summary: 'Change what an access key may do, from where, and until when',
  description:
    'What is left out stays. It counts from the next request on; live streams that may not be read any more end.',
  params: AccessKeyPath,
  body: z.object({
    label: label.optional(),
    scopes: scopes.optional(),
    expires_at: expires_at.optional(),
    networks: networks.optional(),
  }),
  response: AccessKeyEntry,
  message: 'Access key updated',
  errors: ['access_key_not_found'],
  async run({ tenants, principal }, { params, body }) {
    const change = { ...body, expiresAt: body.expires_at }
    return toAccessKeyEntry(await tenants.accessKeys.update(principal.apiKeyId, params.access_key_id, change))
  },
})
