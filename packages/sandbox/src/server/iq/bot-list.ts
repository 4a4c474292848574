import type { WireNode } from '../../wire/node.ts'
import type { Bot } from '../../world/people/bots.ts'
import { bots } from '../../world/people/bots.ts'
import type { IqNamespace } from './iq-handler.ts'

/** The assistants that WhatsApp offers. Seen in two clients (whatsmeow user.go GetBotListV2, baileys chats.js getBotListV2). */
export const botList: IqNamespace = {
  xmlns: 'bot',
  handlers: {
    'get bot': () => [
      {
        tag: 'bot',
        attrs: { v: '2' },
        content: [{ tag: 'section', attrs: { type: 'all', name: 'All' }, content: bots.map(entry) }],
      },
    ],
  },
}

function entry(bot: Bot): WireNode {
  return { tag: 'bot', attrs: { jid: { user: bot.user, server: 's.whatsapp.net' }, persona_id: bot.personaId } }
}

/** A bot's profile as usync tells it. Seen in two clients (whatsmeow user.go GetBotProfiles, baileys UsyncBotProfileProtocol.js). Stock baileys looks
 *  for it one level too deep and fails on every answer; its callers parse the node themselves. */
export function botProfile(bot: Bot): WireNode {
  const content: WireNode[] = [
    leaf('name', bot.name),
    leaf('attributes', bot.attributes),
    leaf('description', bot.description),
    leaf('category', bot.category),
    ...(bot.isDefault ? [{ tag: 'default', attrs: {} }] : []),
    {
      tag: 'commands',
      attrs: {},
      content: [
        leaf('description', bot.commandsDescription),
        ...bot.commands.map(({ name, description }) => ({
          tag: 'command',
          attrs: {},
          content: [leaf('name', name), leaf('description', description)],
        })),
      ],
    },
    {
      tag: 'prompts',
      attrs: {},
      content: bot.prompts.map(({ emoji, text }) => ({
        tag: 'prompt',
        attrs: {},
        content: [leaf('emoji', emoji), leaf('text', text)],
      })),
    },
  ]
  return { tag: 'bot', attrs: {}, content: [{ tag: 'profile', attrs: { persona_id: bot.personaId }, content }] }
}

function leaf(tag: string, text: string): WireNode {
  return { tag, attrs: {}, content: Buffer.from(text) }
}
