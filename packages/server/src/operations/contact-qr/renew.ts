import { z } from 'zod'
import { ownAct } from '../../kit/presets.ts'
import { ContactLink, contactLink } from '../../schemas/contact-code.ts'

export default ownAct({
  method: 'POST',
  path: '/users/me/contact-qr',
  destructive: true,
  summary: 'End the own contact link and get another',
  response: z.object({ link: ContactLink }),
  run: async ({ profile }) => ({ link: contactLink(await profile.contactCode(true)) }),
})
