import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { fields, ownNumber } from '../fields.ts'

export default defineEvent({
  name: 'connection.qr',
  group: 'Connection',
  summary:
    'A QR code can be scanned now. Everybody who reads the code can link the device, so webhooks get this event only when their filter names it.',
  schema: z.object({ jid: fields.jid, codes: z.array(z.string()).describe('Texts that the QR picture must encode') }),
  example: { jid: '', codes: ['2@…'] },
  namedOnly: true,
  on: ['qr_shown'],
  repeats: 'With each new code, until a phone has scanned one or the time for it is over.',
  from: (device, shown) => ({ jid: ownNumber(device), codes: [...shown.codes] }),
})
