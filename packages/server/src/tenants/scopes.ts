/** What a credential may do: each is what it says, and none holds another one. */
export const scopes = ['read', 'send', 'manage', 'webhooks', 'admin'] as const

export type AccessScope = (typeof scopes)[number]

/** What each of them is for. */
export const scopeMeanings: Readonly<Record<AccessScope, string>> = {
  read: 'Read messages, chats, people, groups and events, live too.',
  send: 'Send, react, edit, delete, mark as read, show typing, upload files.',
  manage: 'Change groups, channels, contacts, labels, chats, the profile, and the settings of the device.',
  webhooks: 'Everything about webhooks, reading them too.',
  admin: 'Create and delete devices, link them, end their link, and set up integrations.',
}
