import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { defineOperation } from '../../kit/define-operation.ts'

export default defineOperation({
  method: 'POST',
  path: '/admin/nodes/{node_id}/drain',
  auth: 'admin',
  summary: 'Let a node give its devices to the others',
  description:
    'Its connections are closed one after the other and made again by other nodes, which takes seconds and raises no event of an outage. It takes no devices from then on, and still answers requests. The last node that takes devices is not drained so. To use it again, start it again. A node that is asked to end (SIGTERM) does the same before it ends.',
  // Any text: what is no UUID is a node that does not exist.
  params: z.object({
    node_id: z
      .string()
      .max(100)
      .meta({ examples: ['0192d5a4-7b3c-7d11-8a55-2f4c9f0e1b2a'] }),
  }),
  response: z.object({ node_id: z.uuid(), state: z.literal('draining') }),
  errors: ['node_not_found', 'last_node'],
  async run({ cluster }, { params }) {
    const nodeId = params.node_id.toLowerCase()
    if (!cluster.node) throw new AppError('node_not_found')
    await cluster.node.drainNode(nodeId)
    return { node_id: nodeId, state: 'draining' as const }
  },
})
