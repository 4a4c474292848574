import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { Instant } from '../../schemas/instant.ts'

export default defineOperation({
  method: 'GET',
  path: '/admin/nodes',
  auth: 'admin',
  summary: 'The gateways that work with this database together',
  description:
    'Each has a part of the devices. A gateway that is alone (without SWITCHBOARD_NATS_URL) is not in the list: `shared` is `false` then, and `nodes` is empty. A node that was killed stays in the list, with the state that it had, until 10 seconds after its last heartbeat: `last_heartbeat_at` tells.',
  response: z.object({
    shared: z.boolean().describe('Several gateways may work with this database at once.'),
    answered_by: z.uuid().nullable().describe('The node that answers this; null for a gateway that is alone.'),
    nodes: z.array(
      z
        .object({
          node_id: z.uuid().describe('Another one with each start of the node.'),
          url: z.string().meta({ description: 'Where the other nodes reach it.', examples: ['http://10.0.0.7:7001'] }),
          version: z.string().meta({ examples: ['1.0.0'] }),
          schema_version: z.int().describe('The newest change of the database that it knows.'),
          state: z.enum(['active', 'draining']).describe('`draining`: it gives its devices to the others.'),
          devices: z.int().describe('Devices that it has.'),
          linked_devices: z.int().describe('Those of them that are linked, and connected by it.'),
          started_at: Instant,
          last_heartbeat_at: Instant.describe(
            'By the clock of the database, every 2 seconds. A node that has not written one for longer is probably dead; after 8 seconds its devices are free.',
          ),
        })
        .meta({ id: 'Node' }),
    ),
  }),
  async run({ cluster }) {
    const nodes = (await cluster.node?.live()) ?? []
    return {
      shared: cluster.isShared,
      answered_by: cluster.isShared ? cluster.nodeId : null,
      nodes: nodes.map(({ id, url, version, schemaVersion, state, devices, sessions, startedAt, heartbeatAt }) => ({
        ...{ node_id: id, url, version, schema_version: schemaVersion, state, devices, linked_devices: sessions },
        ...{ started_at: startedAt, last_heartbeat_at: heartbeatAt },
      })),
    }
  },
})
