import type { PushTarget, RawNode } from '@switchboard/engine'
import type { BinaryNode } from '@switchboard/link'
import { serverJid } from '../../wire/nodes.ts'
import { defineAbility } from '../define-ability.ts'

const xmlns = 'urn:xmpp:whatsapp:push'

/** Seen in: whatsmeow push.go `GetPushConfigAttrs` of FCMPushConfig, APNsPushConfig and WebPushConfig. */
const attrsOf = (target: PushTarget): Record<string, string> => {
  switch (target.platform) {
    case 'fcm':
      return { platform: 'gcm', id: target.token, num_acc: '1' }
    case 'apns':
      return {
        ...{ platform: 'apple', id: target.token, version: '2', reg_push: '1', preview: '1' },
        pkey: Buffer.from(target.messageIdKey).toString('base64url'),
        ...{ background_location: '1', call: 'Opening.m4r', default: 'note.m4r', groups: 'note.m4r' },
        ...{ lg: 'en', lc: 'US', nse_call: '0', nse_ver: '2', nse_read: '0', voip_payload_type: '2' },
        ...(target.voipToken !== undefined && { voip: target.voipToken }),
      }
    case 'web': {
      const [auth, p256dh] = [target.auth, target.p256dh].map((key) => Buffer.from(key).toString('base64'))
      return { platform: 'web', endpoint: target.endpoint, auth: auth!, p256dh: p256dh! }
    }
  }
}

const rawNode = ({ tag, attrs, content }: BinaryNode): RawNode => ({
  tag,
  attrs,
  content: Array.isArray(content)
    ? content.map(rawNode)
    : typeof content === 'string'
      ? Buffer.from(content)
      : (content ?? null),
})

export const push = defineAbility('push', {
  // Seen in: whatsmeow push.go `GetServerPushNotificationConfig`.
  async settings({ context }) {
    const asked = [{ tag: 'settings', attrs: {} }]
    return rawNode(
      await context.wire.query({ tag: 'iq', attrs: { to: serverJid, type: 'get', xmlns }, content: asked }),
    )
  },

  // Seen in: whatsmeow push.go `RegisterForPushNotifications`.
  async register({ context }, target) {
    const config = [{ tag: 'config', attrs: attrsOf(target) }]
    await context.wire.query({ tag: 'iq', attrs: { to: serverJid, type: 'set', xmlns }, content: config })
  },
})
