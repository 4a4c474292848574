/** How far WhatsApp trusts an account. Plain data. Instants are world time, ms. (Bans and reach-out locks are states of the world's faults.) */
export interface Standing {
  /** How many new chats may be opened in a cycle. */
  newChats?: { readonly quota: number; used: number; readonly since: number; readonly until: number }
}

export function activeNewChats(standing: Standing, now: number): Standing['newChats'] {
  return standing.newChats && standing.newChats.until > now ? standing.newChats : undefined
}
