import { child } from '../../wire/node-access.ts'
import { StanzaError } from '../stanza-error.ts'
import type { IqNamespace, IqRequest } from './iq-handler.ts'

/** Push registration of a device: kept and handed back; a world has no push service that would use it. Seen in one client (whatsmeow push.go); what
 *  `<settings>` holds is inferred, since its callers take the answer as it is. */
export const push: IqNamespace = {
  xmlns: 'urn:xmpp:whatsapp:push',
  handlers: {
    'get settings': ({ from }) => [{ tag: 'settings', attrs: { ...from.account.person.pushConfigs[from.id] } }],
    'set config': register,
  },
}

const platforms: ReadonlySet<string> = new Set(['gcm', 'apple', 'web', 'wns', 'none'])

function register({ world, from, node }: IqRequest): undefined {
  const config: Record<string, string> = {}
  for (const [name, value] of Object.entries(child(node, 'config')?.attrs ?? {})) {
    if (typeof value === 'string') config[name] = value
  }
  if (!platforms.has(config['platform'] ?? '')) throw new StanzaError(400, 'bad-request')
  from.account.person.pushConfigs[from.id] = config
  world.log.append('push.registered', { phone: from.account.phone, id: from.id, platform: config['platform'] })
}
