import { mexRequest } from '../../wire/mex-request.ts'
import { record } from '../channels/channel-json.ts'
import { defineAbility } from '../define-ability.ts'
import { readNewChats, readTimelock } from './read-standing.ts'

// Query ids seen in: zapo spec/mex/index.json, baileys Types/Mex.js.
const fetchTimelock = { id: '23983697327930364', answer: 'xwa2_fetch_account_reachout_timelock' } as const
const fetchNewChats = { id: '24503548349331633', answer: 'xwa2_message_capping_info' } as const

export const standing = defineAbility('standing', {
  reachoutTimelock: async ({ context }) => readTimelock(record(await mexRequest(context.wire, fetchTimelock, {}))),

  async newChats({ context }) {
    const input = { type: 'INDIVIDUAL_NEW_CHAT_THREAD' }
    return readNewChats(record(await mexRequest(context.wire, fetchNewChats, { input })))
  },
})
