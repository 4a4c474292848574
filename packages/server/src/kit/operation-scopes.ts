import type { AccessScope } from '../tenants/scopes.ts'
import type { AuthKind } from './context.ts'

/** What it takes to read (GET) and to do anything else, by the folder of an operation. */
const ofFolders: Readonly<Record<string, readonly [reads: AccessScope, does: AccessScope]>> = {
  appState: ['read', 'manage'],
  // Whoever sends only with approval must not give it.
  approvals: ['read', 'admin'],
  bots: ['read', 'manage'],
  business: ['read', 'manage'],
  calls: ['read', 'manage'],
  contactQr: ['read', 'manage'],
  device: ['read', 'manage'],
  deviceRegistration: ['read', 'admin'],
  erasures: ['read', 'manage'],
  events: ['read', 'read'],
  exports: ['admin', 'admin'],
  groups: ['read', 'manage'],
  history: ['read', 'read'],
  // What they connect to reads and sends everything.
  integrations: ['manage', 'admin'],
  labels: ['read', 'manage'],
  // Its tools are asked for the scopes of the operations that they use.
  mcp: ['read', 'read'],
  media: ['read', 'send'],
  messageActions: ['read', 'send'],
  messaging: ['read', 'send'],
  newsletters: ['read', 'manage'],
  pairing: ['admin', 'admin'],
  polls: ['read', 'send'],
  presence: ['read', 'send'],
  retention: ['read', 'manage'],
  safety: ['read', 'manage'],
  sendPolicies: ['read', 'admin'],
  status: ['read', 'send'],
  users: ['read', 'manage'],
  webhooks: ['webhooks', 'webhooks'],
}

/** What its method and folder do not tell. */
const exceptions: Readonly<Record<string, AccessScope>> = {
  'device.deleteSession': 'admin',
  'device.login': 'admin',
  'device.loginCode': 'admin',
  'device.getPasskey': 'admin',
  'device.answerPasskey': 'admin',
  'device.confirmPasskey': 'admin',
  // They may hold secrets.
  'device.getProxy': 'manage',
  'device.getServerPushConfig': 'manage',
  'erasures.createOfDevice': 'admin',
  'media.setPolicy': 'manage',
  'messageActions.deleteForMe': 'manage',
  'messageActions.sendRetryReceipt': 'read',
  'messageActions.star': 'manage',
  'messaging.archive': 'manage',
  'messaging.clearChat': 'manage',
  'messaging.deleteChat': 'manage',
  'messaging.mute': 'manage',
  'messaging.pin': 'manage',
  'messaging.setSendLimits': 'manage',
  'newsletters.comment': 'send',
  'newsletters.deletePost': 'send',
  'newsletters.editPost': 'send',
  'newsletters.markViewed': 'send',
  'newsletters.react': 'send',
  'newsletters.sendDocument': 'send',
  'newsletters.sendImage': 'send',
  'newsletters.sendPoll': 'send',
  'newsletters.sendText': 'send',
  'newsletters.sendVideo': 'send',
  'newsletters.unwatchLive': 'read',
  'newsletters.vote': 'send',
  'newsletters.watchLive': 'read',
  'presence.setChatTimer': 'manage',
  'presence.setDefaultTimer': 'manage',
  'presence.subscribe': 'read',
  'presence.unsubscribe': 'read',
}

/** Closed to access keys, whatever they may do: none of them may give itself or others more than it has. */
export const closedFolders: ReadonlySet<string> = new Set(['accessKeys'])

const unlimited: ReadonlySet<AuthKind> = new Set(['none', 'session', 'admin'])

interface Named {
  readonly id: string
  readonly method: string
  readonly auth: AuthKind
}

/** What an access key needs for an operation. Undefined: no access key may call it. */
export const scopeOfOperation = ({ id, method, auth }: Named): AccessScope | undefined => {
  if (unlimited.has(auth)) return undefined
  const [reads, does] = ofFolders[id.slice(0, id.indexOf('.'))] ?? []
  return exceptions[id] ?? (method === 'GET' ? reads : does)
}

/** Names of operations that are exceptions, to be held against those that are there. */
export const exceptionalOperations: readonly string[] = Object.keys(exceptions)
