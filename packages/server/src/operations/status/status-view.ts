import type { z } from 'zod'
import { person } from '../../schemas/person.ts'
import type { Status } from '../../schemas/status.ts'
import type { StatusPost } from '../../status/statuses.ts'
import { messageView } from '../messaging/views.ts'

export const statusView = ({ message, viewers }: StatusPost, baseUrl: string): z.input<typeof Status> => ({
  status_id: message.id,
  ...messageView(message, baseUrl),
  viewers: viewers.map(({ who, at }) => ({ ...person('jid', who), at })),
})
