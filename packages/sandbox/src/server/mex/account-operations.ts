import { maxAboutLength } from '../iq/status.ts'
import { announceAbout } from '../notifications/people.ts'
import { newChatsData, reachOutData } from './account-answers.ts'
import { mexRefusals } from './mex-error.ts'
import { type MexOperation, record } from './mex-operation.ts'

/** Whether the account may write to strangers. */
export const fetchReachOut: MexOperation = ({ world, from }) => ({
  xwa2_fetch_account_reachout_timelock: reachOutData(world, from.account),
})

/** How many new chats it may open. */
export const fetchNewChats: MexOperation = ({ world, from }) => ({
  xwa2_message_capping_info: newChatsData(world, from.account),
})

/** Sets the about text. whatsmeow (user.go SetStatusMessage) does not read the answer: its shape is inferred. */
export const setAboutText: MexOperation = ({ world, from, variables }) => {
  const { text } = record(variables['input'])
  if (text !== null && text !== undefined && typeof text !== 'string') throw mexRefusals.badRequest()
  if ([...(text ?? '')].length > maxAboutLength) throw mexRefusals.badRequest()
  from.account.about = { text: text ?? '', at: world.clock.now() }
  announceAbout(world, from)
  return { xwa2_update_text_status: { result: 'SUCCESS' } }
}
