import type { BotProfile, BusinessDay, BusinessProfile } from '@switchboard/engine'
import type { BinaryNode } from '@switchboard/link'
import { addressOf } from '../../inbound/message-envelope.ts'
import { usync } from '../../outbound/usync.ts'
import { childOf, childrenNamed, childrenOf, serverJid, textOf } from '../../wire/nodes.ts'
import type { AbilityParts } from '../ability-parts.ts'
import { defineAbility } from '../define-ability.ts'
import { catalog, order } from './catalog.ts'

/** A bot is asked about by its persona. Seen in: whatsmeow user.go `GetBotProfiles`, baileys UsyncBotProfileProtocol.js. */
const personaNode = (id: string): BinaryNode => ({
  tag: 'bot',
  attrs: {},
  content: [{ tag: 'profile', attrs: { persona_id: id } }],
})

const text = (node: BinaryNode | undefined, tag: string): string => textOf(childOf(node, tag))

const minutes = (value: string | undefined): number | undefined => {
  const number = Number(value)
  return value !== undefined && Number.isInteger(number) && number >= 0 ? number : undefined
}

export const business = defineAbility('business', {
  ...{ catalog, order },

  // Seen in: whatsmeow user.go `GetBusinessProfile` and `parseBusinessProfile`, baileys chats.js `getBusinessProfile`.
  async profile({ context }, jid) {
    const answer = await context.wire.query({
      tag: 'iq',
      attrs: { to: serverJid, type: 'get', xmlns: 'w:biz' },
      content: [{ tag: 'business_profile', attrs: { v: '244' }, content: [{ tag: 'profile', attrs: { jid } }] }],
    })
    const profile = childOf(childOf(answer, 'business_profile'), 'profile')
    return profile && readProfile(profile, jid, context)
  },

  // Seen in: whatsmeow user.go `GetBotListV2`, baileys chats.js `getBotListV2`.
  async bots({ context }) {
    const answer = await context.wire.query({
      tag: 'iq',
      attrs: { to: serverJid, type: 'get', xmlns: 'bot' },
      content: [{ tag: 'bot', attrs: { v: '2' } }],
    })
    const sections = childrenNamed(childOf(answer, 'bot'), 'section')
    return sections
      .filter(({ attrs }) => attrs['type'] === 'all')
      .flatMap((section) => childrenNamed(section, 'bot'))
      .flatMap(({ attrs: { jid, persona_id: personaId = '' } }) => (jid ? [{ jid, personaId }] : []))
  },

  // Seen in: whatsmeow user.go `GetBotProfiles`, baileys UsyncBotProfileProtocol.js.
  async botProfiles({ context }, bots) {
    if (bots.length === 0) return []
    const users = await usync(context.wire, {
      context: 'interactive',
      protocols: ['bot'],
      jids: bots.map(({ jid }) => jid),
      about: new Map(bots.map(({ jid, personaId }) => [jid, [personaNode(personaId)]])),
    })
    return users.flatMap(({ jid, node }) => {
      const profile = childOf(childOf(node, 'bot'), 'profile')
      return profile ? [readBot(profile, jid)] : []
    })
  },
})

async function readProfile(
  node: BinaryNode,
  asked: string,
  { signal }: AbilityParts['context'],
): Promise<BusinessProfile> {
  const [address, description, email] = [text(node, 'address'), text(node, 'description'), text(node, 'email')]
  const hours = childOf(node, 'business_hours')
  const options = childrenOf(childOf(node, 'profile_options'))
  return {
    who: await addressOf(node.attrs['jid'] ?? asked, undefined, signal.book),
    ...(address && { address }),
    ...(description && { description }),
    ...(email && { email }),
    websites: childrenNamed(node, 'website').map(textOf),
    categories: childrenNamed(childOf(node, 'categories'), 'category').map((category) => ({
      id: category.attrs['id'] ?? '',
      name: textOf(category),
    })),
    ...(hours && {
      hours: {
        timezone: hours.attrs['timezone'] ?? '',
        days: childrenNamed(hours, 'business_hours_config').map(readDay),
      },
    }),
    options: Object.fromEntries(options.map((option) => [option.tag, textOf(option)])),
  }
}

function readDay({ attrs }: BinaryNode): BusinessDay {
  const [opensAt, closesAt] = [minutes(attrs['open_time']), minutes(attrs['close_time'])]
  return {
    day: attrs['day_of_week'] ?? '',
    mode: attrs['mode'] ?? '',
    ...(opensAt === undefined ? {} : { opensAt }),
    ...(closesAt === undefined ? {} : { closesAt }),
  }
}

function readBot(profile: BinaryNode, jid: string): BotProfile {
  const commands = childOf(profile, 'commands')
  return {
    jid,
    personaId: profile.attrs['persona_id'] ?? '',
    name: text(profile, 'name'),
    attributes: text(profile, 'attributes'),
    description: text(profile, 'description'),
    category: text(profile, 'category'),
    isDefault: childOf(profile, 'default') !== undefined,
    commandsDescription: text(commands, 'description'),
    commands: childrenNamed(commands, 'command').map((command) => ({
      name: text(command, 'name'),
      description: text(command, 'description'),
    })),
    prompts: childrenNamed(childOf(profile, 'prompts'), 'prompt').map((prompt) => ({
      emoji: text(prompt, 'emoji'),
      text: text(prompt, 'text'),
    })),
  }
}
