import type { PrivacySettings, StatusAudience } from '@switchboard/engine'
import { addressOf } from '../../inbound/message-envelope.ts'
import { childOf, childrenNamed, serverJid } from '../../wire/nodes.ts'
import type { AbilityParts } from '../ability-parts.ts'

export const privacy = async (parts: AbilityParts): Promise<PrivacySettings> =>
  Object.fromEntries(await parts.privacy.settings())

/** Seen in: whatsmeow privacysettings.go `SetPrivacySetting`, baileys chats.js `privacyQuery`. */
export async function setPrivacy(parts: AbilityParts, category: string, value: string): Promise<PrivacySettings> {
  const before = await parts.privacy.settings()
  await parts.context.wire.query({
    tag: 'iq',
    attrs: { to: serverJid, type: 'set', xmlns: 'privacy' },
    content: [{ tag: 'privacy', attrs: {}, content: [{ tag: 'category', attrs: { name: category, value } }] }],
  })
  parts.privacy.forget()
  return { ...Object.fromEntries(before), [category]: value }
}

const audiences: readonly string[] = ['contacts', 'blacklist', 'whitelist'] satisfies StatusAudience['type'][]

/** Seen in: whatsmeow broadcast.go `GetStatusPrivacy`. */
export async function statusAudiences({ context }: AbilityParts): Promise<StatusAudience[]> {
  const answer = await context.wire.query({
    tag: 'iq',
    attrs: { to: serverJid, type: 'get', xmlns: 'status' },
    content: [{ tag: 'privacy', attrs: {} }],
  })
  const lists = childrenNamed(childOf(answer, 'privacy'), 'list').filter(({ attrs }) =>
    audiences.includes(attrs['type'] ?? ''),
  )
  return Promise.all(
    lists.map(async (list) => ({
      type: list.attrs['type'] as StatusAudience['type'],
      isDefault: list.attrs['default'] === 'true',
      people: await Promise.all(
        childrenNamed(list, 'user').map(({ attrs }) =>
          addressOf(attrs['jid'] ?? '', attrs['pn_jid'], context.signal.book),
        ),
      ),
    })),
  )
}
