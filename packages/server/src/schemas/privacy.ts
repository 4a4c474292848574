import { z } from 'zod'

/** Our names of WhatsApp's categories, and the values that it takes for each. Seen in: whatsmeow types/user.go, baileys Types/Chat.js. */
const categories = {
  last_seen: { whatsapp: 'last', values: ['all', 'contacts', 'contact_blacklist', 'none'] },
  online: { whatsapp: 'online', values: ['all', 'match_last_seen'] },
  profile_picture: { whatsapp: 'profile', values: ['all', 'contacts', 'contact_blacklist', 'none'] },
  status: { whatsapp: 'status', values: ['all', 'contacts', 'contact_blacklist', 'none'] },
  read_receipts: { whatsapp: 'readreceipts', values: ['all', 'none'] },
  groups: { whatsapp: 'groupadd', values: ['all', 'contacts', 'contact_blacklist', 'none'] },
  calls: { whatsapp: 'calladd', values: ['all', 'known'] },
  messages: { whatsapp: 'messages', values: ['all', 'contacts'] },
  defense: { whatsapp: 'defense', values: ['off', 'on_standard'] },
  stickers: { whatsapp: 'stickers', values: ['all', 'contacts', 'contact_blacklist', 'none'] },
} as const

export type PrivacyName = keyof typeof categories

export const privacyNames = Object.keys(categories) as PrivacyName[]

/** Names that mean the same: what the reference's code takes. */
export const privacyAliases = { group_add: 'groups', profile: 'profile_picture', call_add: 'calls' } as const

export const PrivacySettings = z
  .object(Object.fromEntries(privacyNames.map((name) => [name, z.string()])) as Record<PrivacyName, z.ZodString>)
  .meta({ id: 'PrivacySettings', description: 'Who may see or do what; blank where WhatsApp says nothing.' })

export const privacyView = (settings: Readonly<Record<string, string>>): z.input<typeof PrivacySettings> =>
  Object.fromEntries(privacyNames.map((name) => [name, settings[categories[name].whatsapp] ?? ''])) as z.input<
    typeof PrivacySettings
  >

export const whatsappName = (name: PrivacyName): string => categories[name].whatsapp

export const privacyValues = (name: PrivacyName): readonly string[] => categories[name].values

/** Our name of WhatsApp's category; undefined for one that is not known. */
export const privacyNameOf = (whatsapp: string): PrivacyName | undefined =>
  privacyNames.find((name) => categories[name].whatsapp === whatsapp)
