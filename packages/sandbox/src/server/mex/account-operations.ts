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

/** Sets the about text, with an emoji and an end (whatsmeow types/user.go SetStatusInput). No client reads the answer; its shape is in zapo spec/mex. */
export const setAboutText: MexOperation = ({ world, from, variables }) => {
  const { text, emoji: sign, ephemeral_duration_sec: seconds = 0 } = record(variables['input'])
  const emoji = sign === undefined || sign === null ? undefined : record(sign)['content']
  if (text !== null && text !== undefined && typeof text !== 'string') throw mexRefusals.badRequest()
  if ([...(text ?? '')].length > maxAboutLength) throw mexRefusals.badRequest()
  if (emoji !== undefined && (typeof emoji !== 'string' || emoji === '')) throw mexRefusals.badRequest()
  if (typeof seconds !== 'number' || !Number.isSafeInteger(seconds) || seconds < 0) throw mexRefusals.badRequest()
  from.account.about = {
    ...{ text: text ?? '', at: world.clock.now() },
    ...(emoji !== undefined && { emoji }),
    ...(seconds > 0 && { seconds }),
  }
  announceAbout(world, from)
  return { xwa2_update_text_status: { result: 'SUCCESS' } }
}
