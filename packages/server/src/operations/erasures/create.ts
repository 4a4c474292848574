import { z } from 'zod'
import { Accepted, defineOperation } from '../../kit/define-operation.ts'
import { ChatAddress } from '../../schemas/chat-address.ts'
import { actorOf } from '../../tenants/principals.ts'
import { Erasure, erasureView } from './erasure-shapes.ts'

export default defineOperation({
  method: 'POST',
  path: '/erasures',
  auth: 'owner',
  summary: 'Erase everything that is known of a person, or a chat',
  description:
    'With the token of a device, in this device; with an API key, in all of its devices. `contact`: messages from and to the person, also in groups, names, the mapping of its LID, reactions, votes, receipts, calls, files, events, deliveries, answers that are kept for repeats, and the Signal session: what comes from that person later is new. What others wrote about it stays without its number. `chat`: what was said there, with its events and files. What is on its way is cancelled. The request is written down first, survives a restart, and its answer later is the proof: `GET /erasures/{erasure_id}`. The device is not connected for a moment.',
  destructive: true,
  body: z.object({
    kind: z.enum(['contact', 'chat']),
    address: ChatAddress.describe('The person, or the chat'),
  }),
  response: Erasure,
  mayTakeLonger: true,
  message: 'Erasure accepted',
  errors: ['device_not_found', 'invalid_jid', 'invalid_phone'],
  async run({ erasures, principal }, { body: { kind, address } }) {
    const deviceId = principal.kind === 'device' ? principal.deviceId : undefined
    const asked = { apiKeyId: principal.apiKeyId, by: actorOf(principal.by), deviceId }
    return new Accepted(erasureView(await erasures.ask(kind, address, asked)))
  },
})
