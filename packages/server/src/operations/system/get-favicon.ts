import { defineOperation, RawAnswer } from '../../kit/define-operation.ts'

export default defineOperation({
  method: 'GET',
  path: '/favicon.ico',
  auth: 'none',
  summary: 'No icon',
  description: 'Answers 204 without a body, outside the envelope, so that browsers stop asking.',
  always: true,
  status: 204,
  raw: { 'image/x-icon': 'Nothing' },
  async run() {
    return new RawAnswer('image/x-icon', '', { 'cache-control': 'public, max-age=86400' }, 204)
  },
})
