import { defineOperation } from '../../kit/define-operation.ts'
import { Erasure, ErasurePath, erasureView } from '../erasures/erasure-shapes.ts'

export default defineOperation({
  method: 'GET',
  path: '/admin/erasures/{erasure_id}',
  auth: 'admin',
  summary: 'How far an erasure is, also of a customer that is gone',
  params: ErasurePath,
  response: Erasure,
  errors: ['erasure_not_found'],
  run: async ({ erasures }, { params }) => erasureView(await erasures.get(params.erasure_id)),
})
