import { z } from 'zod'

const cursorText = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^[\w-]+$/, 'is not a cursor of this list')

/** Opaque place in a list of devices, newest first. */
export const DeviceListCursor = cursorText(200).transform((text, context) => {
  const match = /^(\d{1,16})\.([0-9a-f-]{36})$/.exec(Buffer.from(text, 'base64url').toString('latin1'))
  if (match?.[1] && match[2]) return { createdAt: Number(match[1]), id: match[2] }
  context.addIssue({ code: 'custom', message: 'is not a cursor of this list' })
  return z.NEVER
})

export const deviceListCursor = (place: { createdAt: number; id: string }): string =>
  Buffer.from(`${place.createdAt}.${place.id}`).toString('base64url')

const MessagePlace = z
  .tuple([z.enum(['older', 'newer']), z.int(), z.int(), z.string()])
  .transform(([towards, sentAt, createdAt, id]) => ({ towards, sentAt, createdAt, id }))

type MessagePlace = z.output<typeof MessagePlace>

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    return undefined
  }
}

/** A cursor that is a list of values in JSON. */
const placeCursor = <Place extends z.ZodType>(place: Place) =>
  cursorText(1000).transform((text, context): z.output<Place> => {
    const read = place.safeParse(parsed(text))
    if (read.success) return read.data
    context.addIssue({ code: 'custom', message: 'is not a cursor of this list' })
    return z.NEVER
  })

const placeText = (values: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(values)).toString('base64url')

/** Opaque place in a chat. */
export const MessageListCursor = placeCursor(MessagePlace)

export const messageListCursor = ({ towards, sentAt, createdAt, id }: MessagePlace): string =>
  placeText([towards, sentAt, createdAt, id])

const ChatPlace = z.tuple([z.int(), z.string()]).transform(([lastMessageAt, jid]) => ({ lastMessageAt, jid }))

/** Opaque place in a list of chats. */
export const ChatListCursor = placeCursor(ChatPlace)

export const chatListCursor = ({ lastMessageAt, jid }: z.output<typeof ChatPlace>): string =>
  placeText([lastMessageAt, jid])

/** Opaque place in a list in the order of addresses. */
export const AddressCursor = cursorText(200).transform((text, context) => {
  const jid = Buffer.from(text, 'base64url').toString('latin1')
  if (/^[0-9A-Za-z._-]+@[a-z.]+$/.test(jid)) return jid
  context.addIssue({ code: 'custom', message: 'is not a cursor of this list' })
  return z.NEVER
})

export const addressCursor = (jid: string): string => Buffer.from(jid).toString('base64url')

const WaitingCursorPlace = z
  .tuple([z.int(), z.int(), z.string()])
  .transform(([at, createdAt, id]) => ({ at, createdAt, id }))

/** Opaque place in the list of what waits to be sent. */
export const WaitingListCursor = placeCursor(WaitingCursorPlace)

export const waitingListCursor = ({ at, createdAt, id }: z.output<typeof WaitingCursorPlace>): string =>
  placeText([at, createdAt, id])

const LabeledPlace = z.tuple([z.string(), z.string()]).transform(([chat, id]) => ({ chat, id }))

/** Opaque place in the messages of a label. */
export const LabeledMessageCursor = placeCursor(LabeledPlace)

export const labeledMessageCursor = ({ chat, id }: z.output<typeof LabeledPlace>): string => placeText([chat, id])

const DevicePlace = z
  .tuple([
    z.enum(['created_at', 'name', 'last_seen']),
    z.enum(['asc', 'desc']),
    z.union([z.int(), z.string()]),
    z.string(),
  ])
  .transform(([sort, order, key, id]) => ({ sort, order, key, id }))

type DevicePlace = z.output<typeof DevicePlace>

/** Opaque place in a table of devices that is sorted in some way. */
export const DeviceTableCursor = placeCursor(DevicePlace)

export const deviceTableCursor = ({ sort, order, key, id }: DevicePlace): string => placeText([sort, order, key, id])

const TimelinePlace = z.tuple([z.int(), z.int()]).transform(([seq, auditId]) => ({ seq, auditId }))

/** Opaque place in what happened to a device. */
export const TimelineCursor = placeCursor(TimelinePlace)

export const timelineCursor = ({ seq, auditId }: z.output<typeof TimelinePlace>): string => placeText([seq, auditId])

/** Opaque place in the audit. */
export const AuditCursor = placeCursor(z.tuple([z.int()]).transform(([id]) => id))

export const auditCursor = (id: number): string => placeText([id])

const ApprovalPlace = z.tuple([z.int(), z.string().max(40)]).transform(([createdAt, id]) => ({ createdAt, id }))

/** Opaque place in a list of approvals. */
export const ApprovalCursor = placeCursor(ApprovalPlace)

export const approvalCursor = ({ createdAt, id }: z.output<typeof ApprovalPlace>): string => placeText([createdAt, id])
