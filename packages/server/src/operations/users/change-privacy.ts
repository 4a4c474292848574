import { z } from 'zod'
import { refusedField } from '../../errors/refused-field.ts'
import { ownAct } from '../../kit/presets.ts'
import {
  PrivacySettings,
  privacyAliases,
  privacyNames,
  privacyValues,
  privacyView,
  whatsappName,
} from '../../schemas/privacy.ts'

const aliases = Object.keys(privacyAliases) as (keyof typeof privacyAliases)[]

export default ownAct({
  method: 'PATCH',
  path: '/users/me/privacy',
  summary: 'Change one privacy setting',
  description: '`group_add`, `profile` and `call_add` are other names for `groups`, `profile_picture` and `calls`.',
  body: z.object({
    setting: z.enum([...privacyNames, ...aliases]).meta({ examples: ['last_seen'] }),
    value: z
      .enum(['all', 'contacts', 'contact_blacklist', 'none', 'match_last_seen', 'known', 'off', 'on_standard'])
      .describe('Which of these a setting takes depends on the setting'),
  }),
  response: PrivacySettings,
  async run({ profile }, { setting, value }) {
    const name = setting in privacyAliases ? privacyAliases[setting as keyof typeof privacyAliases] : setting
    const known = name as keyof z.output<typeof PrivacySettings>
    const takes = privacyValues(known)
    if (!takes.includes(value)) {
      throw refusedField('body.value', `${known} takes ${takes.join(', ')}`)
    }
    return privacyView(await profile.setPrivacy(whatsappName(known), value))
  },
})
