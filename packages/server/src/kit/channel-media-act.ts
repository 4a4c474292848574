import type { MediaContent } from '@switchboard/engine'
import type { z } from 'zod'
import { channelRefusals } from '../channels/refusals.ts'
import type { ErrorCode } from '../errors/catalogue.ts'
import type { MediaKind } from '../media/limits.ts'
import type { MediaForm } from '../media/media-form.ts'
import { messageIdOf } from '../messages/message-id-of.ts'
import { Posted } from '../schemas/channel.ts'
import type { Given } from './define-operation.ts'
import { defineUpload, type UploadOperation } from './define-upload.ts'
import { ability, channelIn } from './needs.ts'
import { fileErrors } from './send-media-act.ts'

interface ChannelMediaAct<Fields extends z.ZodObject> {
  readonly path: string
  readonly summary: string
  readonly kind: MediaKind
  readonly fields: Fields
  readonly errors?: readonly ErrorCode[]
  /** What the file is to become. */
  form(fields: Given<Fields>): MediaForm
  /** What the sender adds to it. */
  add(fields: Given<Fields>): Partial<MediaContent>
}

/** Posts a file to a channel. It lies at WhatsApp as it is: everybody may read what is in a channel. */
export const channelMediaAct = <Fields extends z.ZodObject>(given: ChannelMediaAct<Fields>): UploadOperation => {
  const { kind, fields, form, add, errors = [], ...named } = given
  return defineUpload({
    ...named,
    description:
      'The file comes as for `POST /chats/{chat_jid}/images`, but not from a message: WhatsApp has that one encrypted. With an `Idempotency-Key`, repeating the request never posts twice.',
    auth: 'device',
    needs: { channels: ability('channels'), uploads: ability('uploads'), channel: channelIn('jid') },
    media: { kind },
    fields,
    response: Posted,
    idempotent: true,
    refusals: channelRefusals,
    errors: [...fileErrors, ...errors],
    async run(
      { channels, uploads, channel, outgoingFiles, principal, messageId, requestId, signal },
      { fields: said, media },
    ) {
      const wish = form(said as Given<Fields>)
      const { content, handle } = await outgoingFiles.openly(principal.deviceId, media!, wish, { uploads, signal })
      const id = messageId ?? messageIdOf(requestId)
      const post = { ...content, ...add(said as Given<Fields>) } as MediaContent
      const { at, serverId } = await channels.post(channel, { id, content: post, handle })
      return { message_id: id, server_id: serverId, timestamp: at }
    },
  })
}
