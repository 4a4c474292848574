import type { MessageView } from '@switchboard/engine'
import type { MediaLinks } from './links.ts'
import { mediaIdOf } from './links.ts'
import type { MediaPolicies } from './policy.ts'

/** What a file is called, where it is and how to get at it, as events and answers tell it. */
export interface MediaReference {
  readonly id: string
  readonly state: 'remote' | 'stored' | 'expired' | 'failed'
  /** Why it cannot be had, or is not stored. */
  readonly reason?: string
  readonly url: string
  /** Unix ms. */
  readonly urlExpiresAt: number
}

/** What planners and events of one device need to know of files. */
export interface MediaContext {
  /** A file that lies at WhatsApp. @param id under which it is known; its first name when absent */
  refer(chat: string, messageId: string, id?: string): MediaReference
  /** Whether it is to be fetched by itself. */
  wants(view: MessageView): boolean
}

export const mediaContext = (deviceId: string, links: MediaLinks, policies: MediaPolicies): MediaContext => ({
  refer: (chat, messageId, id = mediaIdOf(deviceId, chat, messageId)) => ({
    ...{ id, state: 'remote' },
    ...linkTo(links, deviceId, id),
  }),
  wants: (view) => policies.wants(deviceId, view),
})

export const linkTo = (links: MediaLinks, deviceId: string, id: string) => {
  const { url, expiresAt } = links.sign(deviceId, id)
  return { url, urlExpiresAt: expiresAt }
}
