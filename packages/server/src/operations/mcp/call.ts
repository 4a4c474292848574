import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { answerMessage } from '../../mcp/answer-message.ts'

export default defineOperation({
  method: 'POST',
  path: '/mcp',
  auth: 'device',
  summary: 'The Model Context Protocol: tools for agents',
  description:
    'Streamable HTTP without sessions, for clients of the specification of 2026-07-28 and of those before. Outside the envelope: takes one JSON-RPC message and answers with one; refusals that come before (credentials, size, limits) are in the envelope. The guide `mcp.md` has the tools and how to connect a client.',
  body: z
    .object({
      jsonrpc: z.literal('2.0'),
      method: z.string().max(100).optional(),
      id: z.union([z.string().max(200), z.number()]).optional(),
      params: z.looseObject({}).optional(),
    })
    .meta({ id: 'McpMessage', examples: [{ jsonrpc: '2.0', id: 1, method: 'tools/list' }] }),
  raw: { 'application/json': 'A JSON-RPC message', 'text/event-stream': 'The same as the only event of a stream' },
  heedsPolicy: true,
  errors: ['origin_not_allowed'],
  run: (context, { body }) => answerMessage(context, body),
})
