import { ownAct } from '../../kit/presets.ts'
import { PrivacySettings, privacyView } from '../../schemas/privacy.ts'

export default ownAct({
  method: 'GET',
  path: '/users/me/privacy',
  summary: 'Privacy settings of the account',
  response: PrivacySettings,
  run: async ({ profile }) => privacyView(await profile.privacy()),
})
