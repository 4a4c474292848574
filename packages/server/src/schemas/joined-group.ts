import type { JoinedGroup as Joined } from '@switchboard/engine'
import { z } from 'zod'

export const JoinedGroup = z
  .object({
    group_jid: z.string(),
    status: z.enum(['joined', 'waiting']).describe('`waiting`: admins have to agree first'),
  })
  .meta({ id: 'JoinedGroup' })

export const joinedView = ({ group, waiting }: Joined) => ({
  group_jid: group,
  status: waiting ? ('waiting' as const) : ('joined' as const),
})
