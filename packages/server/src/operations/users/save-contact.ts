import { z } from 'zod'
import { settingRefusals } from '../../chats/refusals.ts'
import { ability } from '../../kit/needs.ts'
import { personAct } from '../../kit/presets.ts'
import { words } from '../../schemas/text.ts'

export default personAct({
  method: 'POST',
  path: '/users/{user_jid}/contact',
  summary: 'Save a person, or give a saved one another name',
  description: 'The phone takes the name into its address book, and all devices of the account show it.',
  needs: { addressList: ability('addressList') },
  refusals: settingRefusals,
  body: z.object({
    full_name: words(200),
    first_name: words(100).optional().describe('The first word of `full_name` when absent'),
  }),
  async run({ addressList, addresses, principal, person }, { full_name: fullName, first_name }) {
    const who = (await addresses.lookUp(principal.deviceId, [person]))(person)
    await addressList.save(who, { fullName, firstName: first_name ?? fullName.split(/\s/, 1)[0]! })
  },
})
