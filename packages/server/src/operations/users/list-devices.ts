import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { ability } from '../../kit/needs.ts'
import { personAct } from '../../kit/presets.ts'

export default personAct({
  method: 'GET',
  path: '/users/{jid}/devices',
  summary: 'Addresses of the phone and every linked device of a person',
  needs: { people: ability('people') },
  response: z.array(z.string().meta({ examples: ['4917087654321:12@s.whatsapp.net'] })),
  errors: ['not_on_whatsapp'],
  async run({ people, person }) {
    const devices = await people.devices(person)
    if (devices.length === 0) throw new AppError('not_on_whatsapp')
    return devices
  },
})
