import { Accepted, defineOperation } from '../../kit/define-operation.ts'
import { actorOf } from '../../tenants/principals.ts'
import { Erasure, erasureView } from '../erasures/erasure-shapes.ts'
import { ApiKeyPath } from './api-key-shapes.ts'

export default defineOperation({
  method: 'POST',
  path: '/admin/api-keys/{id}/erasure',
  auth: 'admin',
  summary: 'Erase a customer, with proof',
  description:
    'The API key and its devices’ tokens are refused at once. Then its devices are unlinked and erased, and after them the key with everything of the customer: files, access keys, webhooks, audit. All of it is taken out of the files of the database. The answer stays as the proof: `GET /admin/erasures/{erasure_id}`.',
  destructive: true,
  params: ApiKeyPath,
  response: Erasure,
  mayTakeLonger: true,
  message: 'Erasure accepted',
  errors: ['api_key_not_found'],
  async run({ erasures, tenants, principal }, { params }) {
    await tenants.apiKeys.update(params.id, { isActive: false })
    const parts = await erasures.askTenant({ apiKeyId: params.id, by: actorOf(principal.by) })
    return new Accepted(erasureView(parts))
  },
})
