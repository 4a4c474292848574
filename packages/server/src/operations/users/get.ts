import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { ability } from '../../kit/needs.ts'
import { personAct } from '../../kit/presets.ts'
import { Instant } from '../../schemas/instant.ts'
import { person, personFields, username } from '../../schemas/person.ts'

export default personAct({
  method: 'GET',
  path: '/users/{user_jid}',
  summary: 'What WhatsApp shows of a person',
  description: 'What a person hides is blank. For the address of the picture, `GET /users/{user_jid}/profile-picture`.',
  needs: { people: ability('people') },
  response: z.object({
    ...personFields('jid', 'Number of the person'),
    name: z
      .string()
      .meta({ description: 'The name that the person chose, as far as it is known here', examples: ['Ada'] }),
    username: username('User name; blank when there is none'),
    status: z.string().describe('The about text'),
    status_set_at: Instant.optional(),
    status_emoji: z.string().meta({ description: 'Emoji of the about text; blank for none', examples: ['🍜'] }),
    status_ends_at: Instant.optional().describe('Then the about text is blank again'),
    picture_id: z.string(),
    verified_name: z.string().describe('Name that WhatsApp confirmed of a business'),
    is_business: z.boolean(),
    disappearing_timer: z.int().optional().describe('Seconds: default timer of chats that the person begins'),
    devices: z
      .array(z.string().meta({ examples: ['4917087654321:12@s.whatsapp.net'] }))
      .describe('Addresses of the phone and every companion'),
  }),
  errors: ['not_on_whatsapp'],
  async run({ people, person: jid, contactBook, principal }) {
    const [[info], devices] = await Promise.all([people.info([jid]), people.devices(jid)])
    if (!info || (!info.registered && devices.length === 0)) throw new AppError('not_on_whatsapp')
    const known = await contactBook.find(principal.deviceId, info.who.jid)
    return {
      ...person('jid', info.who),
      name: known?.pushName ?? '',
      username: info.username ?? '',
      status: info.about?.text ?? '',
      status_set_at: info.about?.setAt,
      status_emoji: info.about?.emoji ?? '',
      status_ends_at: info.about?.endsAt,
      picture_id: info.pictureId ?? '',
      verified_name: info.verifiedName ?? '',
      is_business: info.isBusiness,
      disappearing_timer: info.defaultTimerSeconds,
      devices,
    }
  },
})
