import { z } from 'zod'
import { FileAnswer } from '../../kit/define-operation.ts'
import { messageAct } from '../../kit/presets.ts'
import { formsOf } from '../../people/addresses.ts'
import { MediaMessageId } from '../../schemas/media-message-id.ts'
import { waitSeconds } from '../../schemas/media-wait.ts'
import { downloadErrors, fileDescription } from './shapes.ts'

export default messageAct({
  method: 'GET',
  path: '/messages/{message_id}/media',
  summary: 'The file of a message',
  description: `${fileDescription} Before its first download the device must be connected.`,
  params: z.object({ message_id: MediaMessageId }),
  query: z.object({ wait_seconds: waitSeconds }),
  raw: { '*/*': 'The file' },
  errors: [...downloadErrors, 'device_not_linked', 'device_not_connected'],
  async run({ media, principal, message, signal }, _body, { query }) {
    const options = { signal, waitMs: query.wait_seconds * 1000 }
    return new FileAnswer(await media.file(principal.deviceId, message.id, formsOf(message.chat), options))
  },
})
