import type { Refusals } from '../errors/refusals.ts'

/** What WhatsApp's error in the acknowledgement of a message means. Its own code is in `details.whatsapp_code`: 463 is the reach-out time
 *  lock, 479 a stanza that it does not take (seen in: baileys decode-wa-message.js). */
export const messageRefusals = { other: 'message_refused' } as const satisfies Refusals
