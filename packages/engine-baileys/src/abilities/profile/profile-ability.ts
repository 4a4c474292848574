import { type Address, EngineError } from '@switchboard/engine'
import { addressOf } from '../../inbound/message-envelope.ts'
import { mexChange } from '../../wire/mex-request.ts'
import { bytesOf, childOf, childrenNamed, serverJid } from '../../wire/nodes.ts'
import type { AbilityParts } from '../ability-parts.ts'
import { defineAbility } from '../define-ability.ts'
import { privacy, setPrivacy, statusAudiences } from './privacy.ts'

/** Seen in: whatsmeow user.go `SetStatusMessage` and types/user.go `SetStatusInput`; what blank has for an end in zapo WaProfileCoordinator.ts. */
const updateAbout = '9152604461510864'

const answerWithout = (what: string) => new EngineError('refused', `WhatsApp gave an answer without ${what}`)

export const profile = defineAbility('profile', {
  ...{ privacy, setPrivacy, statusAudiences },

  async setAbout({ context }, { text, emoji, seconds = 0 }) {
    const isBlank = text === '' && !emoji
    await mexChange(context.wire, updateAbout, {
      input: { text, ...(emoji && { emoji: { content: emoji } }), ephemeral_duration_sec: isBlank ? 0 : seconds },
    })
  },

  // Seen in: whatsmeow appstate/encode.go `BuildSettingPushName`.
  async setPushName({ appState }, name) {
    await appState.publish('critical_block', [
      { index: ['setting_pushName'], version: 1, value: { pushNameSetting: { name } } },
    ])
  },

  // Without a target it is the own picture. Seen in: whatsmeow group.go `SetGroupPhoto`, baileys chats.js `updateProfilePicture`.
  async setPhoto({ context }, jpeg) {
    const picture = jpeg ? [{ tag: 'picture', attrs: { type: 'image' }, content: Buffer.from(jpeg) }] : []
    const attrs = { to: serverJid, type: 'set', xmlns: 'w:profile:picture' }
    const answer = await context.wire.query({ tag: 'iq', attrs, content: picture })
    return childOf(answer, 'picture')?.attrs['id'] ?? ''
  },

  // Seen in: whatsmeow privacysettings.go `SetDefaultDisappearingTimer`, baileys chats.js `updateDefaultDisappearingMode`.
  async setDefaultTimer({ context }, seconds) {
    await context.wire.query({
      tag: 'iq',
      attrs: { to: serverJid, type: 'set', xmlns: 'disappearing_mode' },
      content: [{ tag: 'disappearing_mode', attrs: { duration: String(seconds) } }],
    })
  },

  // Seen in: whatsmeow user.go `GetContactQRLink`.
  async contactCode({ context }, renew) {
    const answer = await context.wire.query({
      tag: 'iq',
      attrs: { to: serverJid, type: 'set', xmlns: 'w:qr' },
      content: [{ tag: 'qr', attrs: { type: 'contact', action: renew ? 'revoke' : 'get' } }],
    })
    const code = childOf(answer, 'qr')?.attrs['code']
    if (!code) throw answerWithout('a code')
    return code
  },

  // Seen in: whatsmeow user.go `ResolveContactQRLink` and `ResolveBusinessMessageLink`.
  async resolveCode({ context }, code) {
    const answer = await context.wire.query({
      tag: 'iq',
      attrs: { to: serverJid, type: 'get', xmlns: 'w:qr' },
      content: [{ tag: 'qr', attrs: { code } }],
    })
    const qr = childOf(answer, 'qr')
    if (!qr?.attrs['jid']) throw answerWithout('an address')
    const text = bytesOf(childOf(qr, 'message'))
    const business = childOf(qr, 'business')?.attrs
    return {
      type: qr.attrs['type'] === 'message' ? 'message' : 'contact',
      who: await addressOf(qr.attrs['jid'], undefined, context.signal.book),
      pushName: qr.attrs['notify'] ?? '',
      ...(text && { message: Buffer.from(text).toString() }),
      ...(business && {
        business: {
          verifiedName: business['verified_name'] ?? '',
          verifiedLevel: business['verified_level'] ?? '',
          isSigned: business['is_signed'] === 'true',
        },
      }),
    }
  },

  // Seen in: whatsmeow user.go `GetBlocklist`, baileys chats.js `fetchBlocklist`.
  async blocklist({ context }) {
    const answer = await context.wire.query({ tag: 'iq', attrs: { to: serverJid, type: 'get', xmlns: 'blocklist' } })
    return Promise.all(
      childrenNamed(childOf(answer, 'list'), 'item').map(({ attrs }) =>
        addressOf(attrs['jid'] ?? '', attrs['pn_jid'], context.signal.book),
      ),
    )
  },

  setBlocked,
})

/** A person is blocked by LID where it is known, together with the number. Seen in: whatsmeow user.go `UpdateBlocklist`, baileys chats.js `updateBlockStatus`. */
async function setBlocked({ context }: AbilityParts, { jid, lid }: Address, blocked: boolean): Promise<void> {
  const who = lid === undefined || lid === jid ? { jid } : { jid: lid, pn_jid: jid }
  await context.wire.query({
    tag: 'iq',
    attrs: { to: serverJid, type: 'set', xmlns: 'blocklist' },
    content: [{ tag: 'item', attrs: { ...who, action: blocked ? 'block' : 'unblock' } }],
  })
}
