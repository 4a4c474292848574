import { defineKind } from './content-kind.ts'
import { instant, present } from './fields.ts'

export const groupInvite = defineKind({
  type: 'group_invite',
  fields: ['groupInviteMessage'],
  // Seen in: baileys messages.js `groupInvite`.
  compose: ({ group, name, code, text, expiresAt }) => ({
    groupInviteMessage: {
      ...{ groupJid: group, inviteCode: code, inviteExpiration: Math.floor(expiresAt / 1000), groupName: name },
      ...(text === undefined ? {} : { caption: text }),
    },
  }),
  describe: ({ groupJid, inviteCode, groupName, caption, inviteExpiration }) => ({
    ...present({ text: caption || groupName }),
    groupInvite: {
      ...{ group: groupJid ?? '', code: inviteCode ?? '' },
      ...present({ name: groupName, expiresAt: instant(inviteExpiration) }),
    },
  }),
  stanzaType: 'media',
  mediaKind: 'url',
})

export const newsletterAdminInvite = defineKind({
  type: 'newsletter_admin_invite',
  fields: ['newsletterAdminInviteMessage'],
  compose: ({ channel, name, text, expiresAt }) => ({
    newsletterAdminInviteMessage: {
      ...{ newsletterJid: channel, newsletterName: name, inviteExpiration: Math.floor(expiresAt / 1000) },
      ...(text === undefined ? {} : { caption: text }),
    },
  }),
  describe: ({ newsletterJid, newsletterName, caption, inviteExpiration }) => ({
    ...present({ text: caption || newsletterName }),
    channelInvite: {
      channel: newsletterJid ?? '',
      ...present({ name: newsletterName, expiresAt: instant(inviteExpiration) }),
    },
  }),
  stanzaType: 'text',
})

export const newsletterFollowerInvite = defineKind({
  type: 'newsletter_follower_invite',
  fields: ['newsletterFollowerInviteMessageV2'],
  describe: ({ newsletterJid, newsletterName, caption }) => ({
    ...present({ text: caption || newsletterName }),
    channelInvite: { channel: newsletterJid ?? '', ...present({ name: newsletterName }) },
  }),
  stanzaType: 'media',
})
