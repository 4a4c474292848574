import { z } from 'zod'
import { settingRefusals } from '../../chats/refusals.ts'
import { defineOperation } from '../../kit/define-operation.ts'
import { ability } from '../../kit/needs.ts'
import { AppStateCollection } from '../../schemas/app-state.ts'

export default defineOperation({
  method: 'GET',
  path: '/app-state/{name}',
  auth: 'device',
  summary: 'Take in what is new in a collection of what the account’s devices share',
  description:
    'The gateway does this by itself whenever another device changes something. What changed comes as events, and not in the answer.',
  needs: { appState: ability('appState') },
  refusals: settingRefusals,
  params: z.object({ name: AppStateCollection }),
  query: z.object({
    full_sync: z.boolean().default(false).describe('Everything again from the beginning: events have `from_full`'),
    only_if_not_synced: z.boolean().default(false).describe('Nothing when it was taken in before'),
  }),
  response: z.object({
    name: AppStateCollection,
    full_sync: z.boolean(),
    only_if_not_synced: z.boolean(),
    version: z.int().describe('Of the collection, as it is known now'),
  }),
  async run({ appState }, { params: { name }, query: { full_sync: full, only_if_not_synced: ifNeverSynced } }) {
    const { version } = await appState.sync(name, { full, ifNeverSynced })
    return { name, full_sync: full, only_if_not_synced: ifNeverSynced, version }
  },
})
