import { formatJid } from '../wire/jid.ts'
import type { Jid } from '../wire/node.ts'
import type { Account, Device } from './account.ts'

/** How a person is addressed: by hidden id or by phone number. */
export type Addressing = 'lid' | 'pn'

export function accountJid(account: Account, addressing: Addressing): Jid {
  return addressing === 'lid' ? { user: account.lid, server: 'lid' } : { user: account.phone, server: 's.whatsapp.net' }
}

export function deviceJid(device: Device, addressing: Addressing): Jid {
  const jid = accountJid(device.account, addressing)
  return device.id === 0 ? jid : { ...jid, device: device.id }
}

/** How logs and the control API name a device: by phone number. */
export function deviceName(device: Device): string {
  return formatJid(deviceJid(device, 'pn'))
}

/** The addressing that a JID uses; undefined for groups and the like. */
export function addressingOf(jid: Jid): Addressing | undefined {
  if (jid.server === 'lid' || jid.server === 'hosted.lid') return 'lid'
  if (jid.server === 's.whatsapp.net' || jid.server === 'c.us' || jid.server === 'hosted')
    return jid.user === '' ? undefined : 'pn'
  return undefined
}
