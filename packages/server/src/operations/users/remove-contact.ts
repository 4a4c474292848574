import { settingRefusals } from '../../chats/refusals.ts'
import { AppError } from '../../errors/app-error.ts'
import { ability } from '../../kit/needs.ts'
import { personAct } from '../../kit/presets.ts'

export default personAct({
  method: 'DELETE',
  path: '/users/{user_jid}/contact',
  summary: 'Remove a saved person',
  needs: { addressList: ability('addressList') },
  refusals: settingRefusals,
  errors: ['contact_not_found'],
  async run({ addressList, addresses, contactBook, principal: { deviceId }, person }) {
    if (!(await contactBook.isSaved(deviceId, person))) throw new AppError('contact_not_found')
    await addressList.remove((await addresses.lookUp(deviceId, [person]))(person))
  },
})
