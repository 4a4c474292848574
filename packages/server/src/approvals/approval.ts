import type { Address, Engine, MessageView } from '@switchboard/engine'
import type { BothAddresses } from '../people/addresses.ts'
import type { ProposalRow } from '../storage/proposal-store.ts'

/** A message that leaves when a person has agreed. Instants are Unix ms. */
export interface Approval {
  readonly id: string
  /** Under which it is sent. */
  readonly messageId: string
  readonly chat: Address
  readonly state: 'pending' | 'approved' | 'rejected' | 'expired'
  /** What is sent; undefined once it was rejected or has expired. */
  readonly view: MessageView | undefined
  /** The file that is sent is here, under this id. */
  readonly fileId: string | undefined
  /** The credential that proposed it: `device:<id>` or `key:<id>`. */
  readonly proposedBy: string
  readonly decidedBy: string | null
  readonly decidedAt: number | null
  readonly createdAt: number
  readonly expiresAt: number
}

/** What became of a proposal by now. */
export const stateOf = ({ state, expires_at }: ProposalRow, now: number): Approval['state'] =>
  state === 'pending' && Number(expires_at) <= now ? 'expired' : state

/** A proposal as people see it. */
export const approvalOf = (
  row: ProposalRow,
  engine: Pick<Engine, 'describe'>,
  both: BothAddresses,
  now: number,
): Approval => {
  const state = stateOf(row, now)
  const isOver = state === 'expired' || state === 'rejected'
  return {
    ...{ id: row.id, messageId: row.message_id, chat: both(row.chat), state },
    view: row.body && !isOver ? engine.describe(row.body) : undefined,
    fileId: isOver ? undefined : (row.media_id ?? undefined),
    ...{ proposedBy: row.holder, decidedBy: row.decided_by },
    decidedAt: row.decided_at === null ? null : Number(row.decided_at),
    ...{ createdAt: Number(row.created_at), expiresAt: Number(row.expires_at) },
  }
}
