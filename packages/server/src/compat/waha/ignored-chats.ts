/** Kinds of chats of which a session wants no event. Source: https://waha.devlike.pro/docs/how-to/sessions (ignore), read 2026-07. */
export type Ignored = readonly (keyof typeof kinds)[]

const kinds = {
  status: (chat: string) => chat === 'status@broadcast',
  groups: (chat: string) => chat.endsWith('@g.us'),
  channels: (chat: string) => chat.endsWith('@newsletter'),
  broadcast: (chat: string) => chat.endsWith('@broadcast') && chat !== 'status@broadcast',
} as const

export const isIgnored = (chat: string, ignored: Ignored): boolean => ignored.some((name) => kinds[name](chat))
