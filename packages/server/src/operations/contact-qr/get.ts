import { z } from 'zod'
import { ownAct } from '../../kit/presets.ts'
import { ContactLink, contactLink } from '../../schemas/contact-code.ts'

export default ownAct({
  method: 'GET',
  path: '/users/me/contact-qr',
  summary: 'The own contact link',
  description: 'To end the link and get another, `POST /users/me/contact-qr`: reading never changes anything.',
  response: z.object({ link: ContactLink }),
  run: async ({ profile }) => ({ link: contactLink(await profile.contactCode(false)) }),
})
