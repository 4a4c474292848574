import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { connectFailure, isConnectFailure } from '../connect-failure-text.ts'
import { exampleNumber, fields, ownNumber } from '../fields.ts'

export default defineEvent({
  name: 'connection.disconnected',
  group: 'Connection',
  summary: 'The connection to WhatsApp ended. The gateway connects again by itself where that is right.',
  schema: z.object({ jid: fields.jid, reason: z.string().optional().describe('What ended it') }),
  example: { jid: exampleNumber, reason: 'connection_lost' },
  on: ['state_changed'],
  from: (device, { state, wasOpen }) => {
    const refused = isConnectFailure(state)
    if (refused) return { jid: ownNumber(device), reason: `connect_failure: ${connectFailure(state)}` }
    const lost = state.name === 'closed' && wasOpen && state.reason !== 'local' && state.reason !== 'restart_required'
    return lost ? { jid: ownNumber(device), reason: state.reason } : undefined
  },
})
