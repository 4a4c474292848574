import { defineOperation } from '../../kit/define-operation.ts'
import { Erasure, ErasurePath, erasureView } from './erasure-shapes.ts'

export default defineOperation({
  method: 'GET',
  path: '/erasures/{erasure_id}',
  auth: 'owner',
  anywhere: true,
  summary: 'How far an erasure is, and what it removed',
  params: ErasurePath,
  response: Erasure,
  errors: ['erasure_not_found'],
  async run({ erasures, principal }, { params }) {
    const { apiKeyId } = principal
    const of = principal.kind === 'device' ? { apiKeyId, deviceId: principal.deviceId } : { apiKeyId }
    return erasureView(await erasures.get(params.erasure_id, of))
  },
})
