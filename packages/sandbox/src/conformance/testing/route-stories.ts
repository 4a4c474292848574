import type { Stories } from './event-stories.ts'

/** In which story the world does what each route of the API asks of WhatsApp. Routes that are not here ask nothing of it. */
export const routeStories: Stories = {
  'server/pairing': {
    'shows a QR code, is linked by a phone and is restarted with 515': ['POST /devices/me/login'],
  },
  'driver/stock-client': {
    'links by pairing code': ['POST /devices/me/login-code'],
    'talks both ways, by phone number and by hidden id, and sees receipts': ['POST /chats/{chat_jid}/messages'],
  },
  'server/messaging': {
    'get what was sent while they were away, once': ['POST /devices/me/reconnect'],
    'hear that a message arrived and was read': ['POST /messages/{message_id}/read'],
    'see each other type and come online': ['POST /chats/{chat_jid}/presence'],
  },
  'server/session-life': {
    'removes a device that logs out, and tells the phone and those who know the person': ['DELETE /devices/me/session'],
  },
  'conformance/people': {
    'know who has a phone number, who has which devices, and which bots there are': [
      'GET /devices/me/contacts/{phone}/registered',
      'GET /users/{jid}/devices',
      'POST /users/me/contacts/sync',
      'GET /bots',
    ],
    'tell picture, name and bot profiles in one query about many': ['GET /users/{user_jid}', 'GET /bots/profiles'],
    'show a picture that a phone sets, and its removal': ['GET /users/{user_jid}/profile-picture'],
    'tell about texts in both directions, and refuse one that is too long': ['POST /users/me/status'],
    'take a picture from a client, and show it to phones': ['POST /users/me/profile-photo'],
    'resolve contact codes until they are revoked': ['GET /users/me/contact-qr', 'GET /users/contact-qr/{code}'],
    'show a business: profile, name on messages, and message links': [
      'GET /business/{jid}/profile',
      'GET /business/link/{code}',
    ],
    'show who is online and who types to those alone who are available themselves': ['POST /presence/status'],
    'show last seen and online to those who may see them, and only to those who show their own': [
      'POST /presence/subscribe',
    ],
  },
  'conformance/people-settings': {
    'keep status privacy and push settings for a client': [
      'GET /devices/me/server-push-config',
      'POST /devices/me/server-push-config',
      'GET /users/me/status-privacy',
    ],
    'block by the word of a client: the phone hears of it, and nothing passes': [
      'POST /users/{user_jid}/block',
      'DELETE /users/{user_jid}/block',
    ],
    'keep privacy settings that a client changes, and tell the phone': [
      'GET /users/me/privacy',
      'PATCH /users/me/privacy',
    ],
    'tell a client what its phone blocked and unblocked': ['GET /users/me/blocklist'],
    'share the default timer for new chats': ['PATCH /users/me/disappearing-timer'],
  },
  'conformance/group-messages': {
    'are received and read by name': ['POST /devices/me/force-active-receipts'],
    'reach a client that is linked late, which learns its groups when it is told that they are dirty': [
      'POST /app-state/mark-clean',
    ],
  },
  'conformance/account-changes': {
    'what waited for a client is announced, handed over and counted': ['POST /devices/me/passive'],
  },
  'conformance/history': {
    'that is older comes on demand, until there is no more': ['POST /history/sync'],
    'holds the status posts of the last day': ['GET /status', 'GET /status/{user_jid}'],
  },
  'conformance/app-state': {
    'carries contacts both ways, and takes them away': ['GET /users/me/contacts'],
    'carries mute, pin, archive and unread from the client to its phone': [
      'POST /chats/{chat_jid}/archive',
      'POST /chats/{chat_jid}/pin',
      'POST /chats/{chat_jid}/mute',
      'POST /chats/{chat_jid}/mark-read',
    ],
    'clears and deletes chats both ways': ['DELETE /chats/{chat_jid}'],
    'carries stars and deletions for oneself both ways': ['POST /messages/{message_id}/star'],
    'gives a client that links late one snapshot of a long history, with every MAC right': ['GET /app-state/{name}'],
    'settles what phone and client write at the same moment': ['POST /app-state'],
  },
  'conformance/media': {
    'is sent by a client, and the phones of both sides open and check it': [
      'POST /chats/{chat_jid}/images',
      'POST /chats/{chat_jid}/videos',
      'POST /chats/{chat_jid}/audio',
      'POST /chats/{chat_jid}/stickers',
      'POST /chats/{chat_jid}/documents',
    ],
    'is stored again by the phone when its link has ended': ['POST /messages/media/retry-receipt'],
  },
  'conformance/messages': {
    'show places that a client sends, and places of a phone': ['POST /chats/{chat_jid}/locations'],
    'hand over one contact or several': ['POST /chats/{chat_jid}/contacts'],
    'show the preview of a link': ['POST /chats/{chat_jid}/link-preview'],
    'are forwarded with the mark of it': ['POST /messages/{message_id}/forward'],
    'let a phone vote in the poll of a client, which opens the vote': ['POST /chats/{chat_jid}/polls'],
    'let a client vote in the poll of a phone, by either addressing, and take the vote back': [
      'POST /polls/{poll_id}/vote',
    ],
    'count the votes of several, each as it was given last': ['GET /polls/{poll_id}/results'],
  },
  'conformance/message-changes': {
    'are reacted to by both sides, and reactions are taken back': ['POST /messages/{message_id}/reaction'],
    'are edited by their author, texts and captions, for 15 minutes': ['PATCH /messages/{message_id}'],
    'are taken back by their author on either side': ['DELETE /messages/{message_id}', 'DELETE /polls/{poll_id}'],
    'answer another message, whatever its kind, and mention people': ['POST /messages/{message_id}/reply'],
    'disappear after the time that either side sets': ['PATCH /chats/{chat_jid}/disappearing-timer'],
  },
  'conformance/calls': {
    'are rejected by a client, which waits for the answer: the caller hears of it and the phone stops ringing': [
      'POST /calls/reject',
    ],
  },
  'conformance/groups': {
    'are created by a phone, and listed by its clients': ['GET /groups'],
    'are created by a client, and phones and clients in them hear of it': ['POST /groups', 'GET /groups/{group_jid}'],
    'are left by a client, and the longest member takes over when no admin is left': ['POST /groups/{group_jid}/leave'],
    'are renamed and described by clients and phones': [
      'PATCH /groups/{group_jid}/name',
      'PATCH /groups/{group_jid}/description',
    ],
    'change their picture by clients and phones, and everybody hears of it': ['POST /groups/{group_jid}/photo'],
    'change their settings by clients and phones': [
      'PATCH /groups/{group_jid}/settings',
      'POST /groups/{group_jid}/join-approval',
      'PATCH /groups/{group_jid}/member-add-mode',
    ],
    'take in and let go people by the word of a client': [
      'POST /groups/{group_jid}/participants',
      'DELETE /groups/{group_jid}/participants',
    ],
    'make admins and members, each seen by the others': [
      'POST /groups/{group_jid}/admins',
      'DELETE /groups/{group_jid}/admins',
    ],
  },
  'conformance/group-rules': {
    'find a conflict when a description was changed meanwhile': ['PATCH /groups/{group_jid}/topic'],
  },
  'conformance/group-invitations': {
    'open the group to those who have its link, until it is reset': [
      'GET /groups/{group_jid}/invite-link',
      'GET /groups/invite/{invite_code}',
    ],
    'let admins decide who comes by link, when they want to': [
      'GET /groups/{group_jid}/participant-requests',
      'POST /groups/{group_jid}/requests/approve',
      'POST /groups/{group_jid}/requests/reject',
    ],
    'take in a client by an invitation that a phone sends it as a message, once': [
      'POST /groups/{group_jid}/join-invite',
    ],
  },
  'conformance/communities': {
    'take in a group that exists, and let it go again': [
      'POST /groups/{parent_group_jid}/link/{group_jid}',
      'DELETE /groups/{parent_jid}/link/{child_jid}',
    ],
    'name everybody in them and their groups to a client that asks as others do': [
      'GET /groups/{community_jid}/linked-participants',
    ],
    'are created by a client, with an announcement group and a general chat': ['GET /groups/{community_jid}/subgroups'],
  },
  'conformance/channel-life': {
    'answer the query ids of another client family': ['GET /newsletters'],
    'list messages and counts page by page': ['GET /newsletters/{jid}/messages', 'GET /newsletters/{jid}/updates'],
    'count reactions and views, and tell those who watch live': [
      'POST /newsletters/{jid}/reaction',
      'POST /newsletters/{jid}/viewed',
    ],
    'take comments for those who run them': ['POST /newsletters/{jid}/comments'],
    'end live updates when their time is over': ['POST /newsletters/{jid}/live'],
    'are changed by who runs them, and followers hear of it': ['POST /newsletters/{jid}/photo'],
  },
  'conformance/channels': {
    'are opened by a client once it accepted the terms': [
      'POST /newsletters',
      'GET /newsletters/{jid}',
      'POST /newsletters/tos/accept',
    ],
    'are found by invite, followed, muted and left': [
      'POST /newsletters/{jid}/follow',
      'DELETE /newsletters/{jid}/follow',
      'POST /newsletters/{jid}/mute',
      'GET /newsletters/invite/{code}',
    ],
    'carry posts from a client that owns the channel, and answer with the number': ['POST /newsletters/{jid}/messages'],
    'carry media from a client, which its followers can open': [
      'POST /newsletters/{jid}/images',
      'POST /newsletters/{jid}/videos',
      'POST /newsletters/{jid}/documents',
    ],
  },
  'conformance/status': {
    'goes from a client to phones, other clients and its own phone': ['POST /status'],
    'is taken back for everybody, by its author alone': ['DELETE /status/{status_id}'],
  },
}
