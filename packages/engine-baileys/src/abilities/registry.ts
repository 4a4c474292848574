import type { AbilityName } from '@switchboard/engine'
import { appState } from './app-state/app-state-ability.ts'
import { business } from './business/business-ability.ts'
import { calls } from './calls/calls-ability.ts'
import { channels } from './channels/channels-ability.ts'
import { addressList } from './chat-settings/address-list-ability.ts'
import { chatSettings } from './chat-settings/chat-settings-ability.ts'
import { labels } from './chat-settings/labels-ability.ts'
import { contacts } from './contacts/contacts-ability.ts'
import type { AbilityDefinition } from './define-ability.ts'
import { downloads } from './downloads/downloads-ability.ts'
import { groups } from './groups/groups-ability.ts'
import { history } from './history/history-ability.ts'
import { messaging } from './messaging/messaging-ability.ts'
import { passive } from './passive/passive-ability.ts'
import { people } from './people/people-ability.ts'
import { presence } from './presence/presence-ability.ts'
import { profile } from './profile/profile-ability.ts'
import { push } from './push/push-ability.ts'
import { standing } from './standing/standing-ability.ts'
import { uploads } from './uploads/uploads-ability.ts'

/** Everything that a session of this engine can do. */
export const abilities: { readonly [Name in AbilityName]: AbilityDefinition<Name> } = {
  ...{ messaging, presence, contacts, passive, groups, history, channels, people, profile, push },
  ...{ chatSettings, labels, addressList, appState, uploads, downloads, calls, business, standing },
}
