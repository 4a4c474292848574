import type { AboutText, PersonInfo } from '@switchboard/engine'
import type { BinaryNode } from '@switchboard/link'
import { addressOf, usernameIn } from '../../inbound/message-envelope.ts'
import { type UsyncUser, usync } from '../../outbound/usync.ts'
import { childOf, textOf } from '../../wire/nodes.ts'
import { verifiedNameIn } from '../../wire/verified-name.ts'
import type { AbilityParts } from '../ability-parts.ts'

// One request for very many is answered late.
const maxAsked = 100

/** Seen in: whatsmeow user.go `GetUserInfo`, baileys WAUSync. */
export async function info({ context, tokens }: AbilityParts, people: readonly string[]): Promise<PersonInfo[]> {
  const found: PersonInfo[] = []
  for (let at = 0; at < people.length; at += maxAsked) {
    const asked = people.slice(at, at + maxAsked)
    const users = await usync(context.wire, {
      context: 'interactive',
      protocols: ['status', 'text_status', 'picture', 'business', 'lid', 'disappearing_mode', 'username'],
      jids: asked,
      about: await tokens.nodesForAll(asked),
    })
    found.push(...(await Promise.all(users.map((user) => read(user, context.signal.book)))))
  }
  return found
}

type Book = AbilityParts['context']['signal']['book']

async function read({ jid, lid, phoneJid, node }: UsyncUser, book: Book): Promise<PersonInfo> {
  const [picture, timer] = [
    childOf(node, 'picture')?.attrs['id'],
    childOf(node, 'disappearing_mode')?.attrs['duration'],
  ]
  const username = usernameIn(textOf(childOf(node, 'username')))
  const about = aboutOf(childOf(node, 'status'), childOf(node, 'text_status'))
  const business = childOf(node, 'business')
  const verifiedName = verifiedNameIn(childOf(business, 'verified_name'))
  return {
    who: await addressOf(jid, lid ?? phoneJid, book),
    // The answer leaves out an address that nobody has.
    registered: [lid, picture, timer, about, business].some((each) => each !== undefined),
    isBusiness: business !== undefined,
    ...(about && { about }),
    ...(picture && { pictureId: picture }),
    ...(verifiedName && { verifiedName }),
    ...(username && { username }),
    ...(timer !== undefined && { defaultTimerSeconds: Number(timer) || 0 }),
  }
}

function aboutOf(status: BinaryNode | undefined, more: BinaryNode | undefined): PersonInfo['about'] {
  if (!status || status.attrs['code'] !== undefined) return undefined
  const setAt = Number(status.attrs['t'])
  return { text: textOf(status), ...(setAt > 0 ? { setAt: setAt * 1000 } : {}), ...emojiAndEnd(more) }
}

/** What an about text has besides its text. Seen in: zapo WaProfileCoordinator.ts `parseUsyncTextStatuses`; a duration of -1 is none. */
function emojiAndEnd(node: BinaryNode | undefined): Pick<AboutText, 'emoji' | 'endsAt'> {
  const emoji = childOf(node, 'emoji')?.attrs['content']
  const [from, seconds] = [Number(node?.attrs['last_update_time']), Number(node?.attrs['ephemeral_duration_sec'])]
  return { ...(emoji && { emoji }), ...(from > 0 && seconds > 0 && { endsAt: (from + seconds) * 1000 }) }
}
