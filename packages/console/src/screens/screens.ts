import type { en } from '../words/en.ts'
import accessKeys from './access-keys/index.ts'
import approvals from './approvals/index.ts'
import audit from './audit/index.ts'
import chatwoot from './chatwoot/index.ts'
import customers from './customers/index.ts'
import type { Screen } from './define-screen.ts'
import devices from './devices/index.ts'
import events from './events/index.ts'
import inbox from './inbox/index.ts'
import now from './now/index.ts'
import outbox from './outbox/index.ts'
import pair from './pair/index.ts'
import protection from './protection/index.ts'
import sandbox from './sandbox/index.ts'
import system from './system/index.ts'
import webhooks from './webhooks/index.ts'

export interface ScreenGroup {
  readonly title: keyof (typeof en)['groups']
  readonly screens: readonly Screen[]
}

/** Every screen, in the order of the navigation. The first that a credential may see is its first page. */
export const screenGroups: readonly ScreenGroup[] = [
  {
    title: 'watch',
    screens: [now, devices, pair],
  },

  {
    title: 'messages',
    screens: [inbox, outbox, approvals],
  },

  {
    title: 'events',
    screens: [events, webhooks, chatwoot],
  },

  {
    title: 'test',
    screens: [sandbox],
  },

  {
    title: 'manage',
    screens: [customers, accessKeys, audit, protection, system],
  },
]
