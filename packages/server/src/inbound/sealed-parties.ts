import { bareJid, type InboundMessage, type SealedParties } from '@switchboard/engine'
import { bothAddresses, type DeviceContext } from '../events/event-source.ts'
import { formsOf } from '../people/addresses.ts'
import { targetAuthor } from './target-author.ts'

/** Who wrote a message and who sealed something about it, by each address that a client may have put into the key: number or LID, and the author with a
 *  device number. @param target that message, as it is stored */
export function sealedParties(
  device: DeviceContext,
  item: InboundMessage,
  target: { readonly id: string; readonly sender: string; readonly from_me: number },
): SealedParties {
  const named = item.view.target?.sender
  const claimed = targetAuthor(device, item)
  const { account } = device
  const own = target.from_me === 1 && account ? [account.jid, ...(account.lid ? [account.lid] : [])] : []
  return {
    id: target.id,
    authors: [
      ...formsOf(bothAddresses(device, target.sender)),
      ...(claimed ? formsOf(claimed) : []),
      ...own,
      ...own.map(bareJid),
      ...(named === undefined ? [] : [named, bareJid(named)]),
    ],
    by: formsOf(item.sender),
  }
}
