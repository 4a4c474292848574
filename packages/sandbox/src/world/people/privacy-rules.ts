import type { Account } from '../account.ts'

interface Category {
  readonly usual: string
  readonly values: readonly string[]
}

const people = ['all', 'contacts', 'contact_blacklist', 'none'] as const

/** Categories, what each may be, and what it is when nobody changed it. Seen in two clients (whatsmeow types/user.go, baileys Types/Chat.d.ts). */
export const privacyCategories: Readonly<Record<string, Category>> = {
  last: { usual: 'all', values: people },
  online: { usual: 'all', values: ['all', 'match_last_seen'] },
  profile: { usual: 'all', values: people },
  status: { usual: 'all', values: people },
  readreceipts: { usual: 'all', values: ['all', 'none'] },
  groupadd: { usual: 'all', values: people },
  calladd: { usual: 'all', values: ['all', 'known'] },
  messages: { usual: 'all', values: ['all', 'contacts'] },
  defense: { usual: 'off', values: ['off', 'on_standard'] },
  stickers: { usual: 'all', values: people },
}

/** What a person chose for a category. */
export function privacyValue(account: Account, category: string): string {
  return account.privacy.get(category) ?? privacyCategories[category]?.usual ?? 'all'
}

/** Contacts are those in the address book and those the person has written to. */
function isContact(of: Account, who: Account): boolean {
  return Object.hasOwn(of.person.contacts, who.lid) || Object.hasOwn(of.person.wroteTo, who.lid)
}

/** Whether a person's setting lets another in. Blocking is another matter. */
export function lets(subject: Account, category: string, viewer: Account): boolean {
  if (subject === viewer) return true
  switch (privacyValue(subject, category)) {
    case 'none':
      return false
    case 'contacts':
    case 'known':
      return isContact(subject, viewer)
    case 'contact_blacklist':
      return isContact(subject, viewer) && !(subject.person.shutOut[category] ?? []).includes(viewer.lid)
    case 'match_last_seen':
      return lets(subject, 'last', viewer)
    default:
      return true
  }
}

/** Whether the viewer is shown the subject's picture, about text, last seen or online state: the setting lets them, and neither blocked the other. */
export function maySee(subject: Account, category: 'profile' | 'status' | 'last' | 'online', viewer: Account): boolean {
  if (subject.blocked.has(viewer.lid)) return false
  if (!lets(subject, category, viewer)) return false
  // Whoever hides when they were last here or that they are here is not shown it of others (WhatsApp's help pages).
  return category === 'profile' || category === 'status' || lets(viewer, category, subject)
}

/** Read receipts go neither out nor in for those who switched them off (WhatsApp's help pages). Groups are not concerned. */
export function readReceiptsHidden(reader: Account, author: Account): boolean {
  return privacyValue(reader, 'readreceipts') === 'none' || privacyValue(author, 'readreceipts') === 'none'
}
