import type { AppState } from './app-state.ts'
import type { Business } from './business.ts'
import type { Calls } from './calls.ts'
import type { Channels } from './channels.ts'
import type { AddressList, ChatSettings, Labels } from './chat-settings.ts'
import type { Contacts } from './contacts.ts'
import type { Downloads } from './downloads.ts'
import type { Groups } from './groups.ts'
import type { HistoryRequests } from './history.ts'
import type { Messaging } from './messaging.ts'
import type { Passive } from './passive.ts'
import type { People } from './people.ts'
import type { Presence } from './presence.ts'
import type { Profile } from './profile.ts'
import type { Push } from './push.ts'
import type { Standing } from './standing.ts'
import type { Uploads } from './uploads.ts'

/** Every ability a session may have, by name. An engine offers what it can; nobody pretends. */
export interface Abilities {
  messaging: Messaging
  presence: Presence
  contacts: Contacts
  passive: Passive
  groups: Groups
  history: HistoryRequests
  channels: Channels
  people: People
  profile: Profile
  push: Push
  chatSettings: ChatSettings
  uploads: Uploads
  downloads: Downloads
  labels: Labels
  addressList: AddressList
  appState: AppState
  calls: Calls
  business: Business
  standing: Standing
}

export type AbilityName = keyof Abilities

const everyAbility: Readonly<Record<AbilityName, true>> = {
  ...{ messaging: true, presence: true, contacts: true, passive: true, groups: true, history: true, channels: true },
  ...{ people: true, profile: true, push: true, chatSettings: true, uploads: true, downloads: true, labels: true },
  ...{ addressList: true, appState: true, calls: true, business: true, standing: true },
}

export const abilityNames = Object.keys(everyAbility) as readonly AbilityName[]

export type * from './app-state.ts'
export type * from './business.ts'
export type * from './calls.ts'
export type * from './channels.ts'
export type * from './chat-settings.ts'
export type { Registration, UsernameAnswer } from './contacts.ts'
export type * from './downloads.ts'
export type * from './groups.ts'
export type * from './history.ts'
export type { OutgoingMessage, SentStanza, ServerAck } from './messaging.ts'
export type * from './people.ts'
export type * from './profile.ts'
export type * from './push.ts'
export type * from './standing.ts'
export type * from './uploads.ts'
export type { Contacts, Messaging, Passive, Presence }
