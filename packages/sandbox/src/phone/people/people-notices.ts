import { formatJid } from '../../wire/jid.ts'
import type { WireNode } from '../../wire/node.ts'
import { child, children, contentText, jidAttr, textAttr } from '../../wire/node-access.ts'
import { accountJid } from '../../world/address.ts'
import { type PhoneContext, signalAddress } from '../phone-context.ts'

/** Takes in what the server says about people: pictures, about texts, new identity keys, new numbers, and changes that a companion made to the own
 *  account. Each becomes an event of this phone. */
export function notePeople(ctx: PhoneContext, stanza: WireNode): void {
  const from = jidAttr(stanza, 'from')
  const account = from && ctx.world.account(from)
  const who = account ? formatJid(accountJid(account, 'pn')) : ''
  switch (textAttr(stanza, 'type')) {
    case 'picture':
      ctx.note('phone.picture', { from: who, id: textAttr(child(stanza, 'set'), 'id') })
      break
    case 'status':
      ctx.note('phone.about', { from: who, text: contentText(child(stanza, 'set')) })
      break
    case 'contacts':
      noteNumber(ctx, child(stanza, 'modify'))
      break
    case 'privacy_token':
      ctx.note('phone.token', { from: who })
      break
    case 'encrypt':
      if (child(stanza, 'identity')) noteIdentity(ctx, from, who)
      break
    case 'account_sync':
      for (const change of children(stanza)) noteAccount(ctx, change)
      break
    default:
  }
}

function noteNumber(ctx: PhoneContext, modify: WireNode | undefined): void {
  const [old, now] = [jidAttr(modify, 'old'), jidAttr(modify, 'new')]
  if (old && now) ctx.note('phone.number', { old: formatJid(old), new: formatJid(now) })
}

/** The next message starts a new session, with the new key. */
function noteIdentity(ctx: PhoneContext, from: ReturnType<typeof jidAttr>, who: string): void {
  const device = from && ctx.world.device(from)
  if (device) ctx.signal.archive(signalAddress(device))
  ctx.note('phone.identity', { from: who })
}

function noteAccount(ctx: PhoneContext, change: WireNode): void {
  const settings = children(change, 'category').map(({ attrs }) => [attrs['name'], attrs['value']] as const)
  const blocked = children(change, 'item').map((item) => {
    const jid = jidAttr(item, 'jid')
    const account = jid && ctx.world.account(jid)
    return { jid: account ? formatJid(accountJid(account, 'pn')) : '', action: textAttr(item, 'action') }
  })
  ctx.note('phone.account', {
    what: change.tag,
    ...(settings.length > 0 ? { settings: Object.fromEntries(settings) } : {}),
    ...(blocked.length > 0 ? { blocked } : {}),
    ...(change.tag === 'disappearing_mode' ? { duration: Number(textAttr(change, 'duration')) } : {}),
  })
}
