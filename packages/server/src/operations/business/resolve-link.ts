import { z } from 'zod'
import { ownAct } from '../../kit/presets.ts'
import { codeRefusals } from '../../people/refusals.ts'
import { ContactCode } from '../../schemas/contact-code.ts'
import { person, personFields } from '../../schemas/person.ts'

export default ownAct({
  method: 'GET',
  path: '/business/link/{code}',
  summary: 'What is behind a message link of a business',
  params: z.object({ code: ContactCode }),
  refusals: codeRefusals,
  response: z.object({
    ...personFields('jid', 'Number of the business'),
    push_name: z.string(),
    verified_name: z.string(),
    is_signed: z.boolean().describe('WhatsApp vouches for the name'),
    verified_level: z.string(),
    message: z.string().describe('Text that the link puts into the chat'),
  }),
  async run({ profile }, _, { params }) {
    const { who, pushName, message, business } = await profile.resolveCode(params.code)
    return {
      ...person('jid', who),
      push_name: pushName,
      verified_name: business?.verifiedName ?? '',
      is_signed: business?.isSigned ?? false,
      verified_level: business?.verifiedLevel ?? '',
      message: message ?? '',
    }
  },
})
