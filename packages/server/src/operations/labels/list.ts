import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { Label, labelView } from '../../schemas/label.ts'

export default defineOperation({
  method: 'GET',
  path: '/labels',
  auth: 'device',
  summary: 'Labels of the account',
  description: 'What the phone and the other devices made, and what was made here. The device need not be connected.',
  response: z.object({ labels: z.array(Label) }),
  run: async ({ labelBook, principal }) => ({ labels: (await labelBook.list(principal.deviceId)).map(labelView) }),
})
