/** What the operations of a folder are together: the tag of the contract, and what it is about. */
export interface Tag {
  readonly name: string
  readonly description: string
}

/** Folders of `operations/` in camelCase, as ids begin with them. */
export const tags: Readonly<Record<string, Tag>> = {
  accessKeys: {
    name: 'Access Keys',
    description:
      'Credentials of an API key, or of one of its devices, that may do less, end, or come from some networks alone.',
  },
  admin: {
    name: 'Admin',
    description: 'What the operator sees and does: API keys, devices of every customer, counts.',
  },
  appState: { name: 'App State', description: 'The settings that the devices of an account share.' },
  approvals: { name: 'Approvals', description: 'Messages of agents that leave when a person agrees.' },
  bots: { name: 'Bots', description: 'The bots that WhatsApp offers.' },
  business: { name: 'Business', description: 'Profiles and links of businesses.' },
  calls: { name: 'Calls', description: 'Calls that come in.' },
  console: { name: 'Console', description: 'Signing in to the console, and out of it.' },
  contactQr: { name: 'Contact QR', description: 'The code by which somebody adds the account to their contacts.' },
  device: { name: 'Device', description: 'The calling device: linking, its connection and its settings.' },
  deviceRegistration: { name: 'Device Registration', description: 'Devices of an API key, and their tokens.' },
  erasures: { name: 'Erasures', description: 'Removing everything of a person, a chat or a device, with proof.' },
  events: { name: 'Events', description: 'The log of everything that happened to a device.' },
  exports: { name: 'Exports', description: 'Everything of a customer, a device or a person as one file.' },
  groups: { name: 'Groups', description: 'Groups and communities: members, settings, invitations.' },
  history: { name: 'History', description: 'Older messages, from the phone.' },
  integrations: { name: 'Integrations', description: 'Bridges to other programs: Chatwoot.' },
  labels: { name: 'Labels', description: 'Names for chats and messages that only the own account sees.' },
  mcp: { name: 'MCP', description: 'Tools for agents.' },
  media: { name: 'Media', description: 'Files that are sent or came with messages.' },
  messageActions: { name: 'Message Actions', description: 'What is done to one message.' },
  messaging: { name: 'Messaging', description: 'Sending to chats, and what is stored of them.' },
  newsletters: { name: 'Newsletters', description: 'Channels.' },
  pairing: { name: 'Pairing', description: 'Pages on which somebody else links a device.' },
  polls: { name: 'Polls', description: 'Polls and their votes.' },
  presence: { name: 'Presence', description: 'Who is online or typing, and disappearing messages.' },
  retention: { name: 'Retention', description: 'For how long what is stored is kept.' },
  safety: { name: 'Safety', description: 'What keeps an account from being banned: what waits, and why.' },
  sendPolicies: { name: 'Send Policies', description: 'What a credential may send by itself.' },
  status: { name: 'Status', description: 'Posts that disappear after a day.' },
  system: { name: 'System', description: 'Health, metrics and this document.' },
  users: { name: 'Users', description: 'People, contacts, and the profile and privacy of the account.' },
  webhooks: { name: 'Webhooks', description: 'Endpoints to which events are delivered, and their deliveries.' },
}

/** The tag of an operation, by its id. @throws when its folder has none */
export const tagOf = (id: string): Tag => {
  const tag = tags[id.slice(0, id.indexOf('.'))]
  if (!tag) throw new Error(`add a tag for the folder of ${id} to kit/tags.ts`)
  return tag
}
