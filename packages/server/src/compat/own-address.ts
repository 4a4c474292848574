import { type Account, parseJid } from '@switchboard/engine'

/** The account's own address without its companion number; undefined where it is not loaded. */
export const ownJid = (account: Account | undefined): string | undefined => {
  const user = account && parseJid(account.jid)?.user
  return user === undefined ? undefined : `${user}@s.whatsapp.net`
}

/** The same by LID. */
export const ownLid = (account: Account | undefined): string | undefined => {
  const user = account?.lid && parseJid(account.lid)?.user
  return user ? `${user}@lid` : undefined
}

/** A link of an event: without a public address it begins with the path. */
export const absoluteUrl = (url: string | undefined, baseUrl: string): string | undefined =>
  url === undefined || !url.startsWith('/') ? url : new URL(url, baseUrl).href
