import type { Device } from '../../world/account.ts'
import type { World } from '../../world/world.ts'
import { maxAboutLength } from '../iq/status.ts'
import { announceAbout } from '../notifications/people.ts'
import { StanzaError } from '../stanza-error.ts'
import { newChatsData, reachOutData } from './account-answers.ts'

/** Answers one `w:mex` operation with the object that goes under `data`. */
export type MexOperation = (world: World, from: Device, variables: Readonly<Record<string, unknown>>) => object

/** Operations about the own account, by query id.
 *  23983697327930364, 24503548349331633: seen in one client (baileys Types/Mex.js). 9152604461510864: seen in one client (whatsmeow user.go
 *  SetStatusMessage); its answer is inferred, since that client does not read it. */
export const accountMexOperations: Readonly<Record<string, MexOperation>> = {
  '23983697327930364': (world, from) => ({ xwa2_fetch_account_reachout_timelock: reachOutData(world, from.account) }),
  '24503548349331633': (world, from) => ({ xwa2_message_capping_info: newChatsData(world, from.account) }),
  '9152604461510864': setAbout,
}

function setAbout(world: World, from: Device, variables: Readonly<Record<string, unknown>>): object {
  const input = variables['input'] as { text?: unknown } | undefined
  const text = typeof input?.text === 'string' ? input.text : ''
  if ([...text].length > maxAboutLength) throw new StanzaError(406, 'not-acceptable')
  from.account.about = { text, at: world.clock.now() }
  announceAbout(world, from)
  return { xwa2_update_text_status: { result: 'SUCCESS' } }
}
