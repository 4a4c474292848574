import type { contractNames } from './contract-names.ts'

type ContractName = (typeof contractNames)[number]

/** Events of the contract that nothing can raise, and why. They may be named in filters. */
export const neverRaised: Readonly<Partial<Record<ContractName, string>>> = {
  'connection.cat_refresh_error':
    'It is about the access token of Messenger accounts, which a WhatsApp device does not have.',
  'connection.manual_login_reconnect':
    'After linking, the gateway always connects again by itself: nobody has to do it by hand.',
  'message.fb_received':
    'WhatsApp delivers no messages of Messenger or Instagram to the devices of a WhatsApp account.',
}
