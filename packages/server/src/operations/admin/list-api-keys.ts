import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { optionalLimit } from '../../schemas/limit.ts'
import { wholeNumber } from '../../schemas/whole-number.ts'
import { ApiKeyEntry, toApiKeyEntry } from './api-key-shapes.ts'

export default defineOperation({
  method: 'GET',
  path: '/admin/api-keys',
  auth: 'admin',
  summary: 'All API keys, masked, with their numbers of devices',
  query: z.object({
    limit: optionalLimit,
    after: wholeNumber(0).optional().meta({ description: 'Only keys with a higher number.' }),
  }),
  response: z.array(ApiKeyEntry),
  async run({ tenants }, { query: { limit, after } }) {
    const rows = await tenants.apiKeys.list({
      ...(limit !== undefined && { limit }),
      ...(after !== undefined && { after }),
    })
    return rows.map(toApiKeyEntry)
  },
})
