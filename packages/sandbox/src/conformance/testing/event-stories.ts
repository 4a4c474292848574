/** Stories by file, and what each of them shows: here events of the API, in the other table routes. */
export type Stories = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>

/** In which story the world does what each event of the API tells of, so that the event can be built and proven against it. Two events have none:
 *  `message.fb_received` and `connection.cat_refresh_error` belong to Messenger, which is no part of this world. */
export const eventStories: Stories = {
  'driver/stock-client': {
    'talks both ways, by phone number and by hidden id, and sees receipts': ['message.received'],
    'is logged out when the phone unlinks it, and its peers forget the device': ['connection.logged_out'],
    'links by pairing code': ['connection.pair_success'],
  },
  'server/messaging': {
    'hear that a message arrived and was read': ['message.delivered', 'message.read'],
  },
  'conformance/media': {
    'is played by a phone, and its author hears of it, alone and in groups': ['message.played'],
    'is shown by a client when a phone sends it, every kind, with samples that are what they say': ['media.received'],
    'is read from the middle by a client that seeks': ['media.downloaded'],
    'stays gone when the phone has it no longer': ['media.retry'],
  },
  'conformance/message-changes': {
    'are taken back by their author on either side': ['message.deleted'],
    'are commented on, sealed with their own secret': ['status.comment'],
  },
  'conformance/missing-messages': {
    'are announced only, when companions may not view them': ['message.undecryptable'],
  },
  'conformance/messages': {
    'are rich answers of a bot': ['message.ai_rich_response'],
    'let a client vote in the poll of a phone, by either addressing, and take the vote back': ['poll.created'],
    'let a phone vote in the poll of a client, which opens the vote': ['poll.vote', 'poll.update'],
    'count the votes of several, each as it was given last': ['poll.vote_decrypted'],
  },
  'server/pairing': {
    'logs in, uploads its prekeys and is open': ['connection.connected'],
    'shows a QR code, is linked by a phone and is restarted with 515': [
      'connection.manual_login_reconnect',
      'connection.qr',
    ],
  },
  'server/session-life': {
    'ends with the code that it is told': [
      'connection.disconnected',
      'connection.reconnecting',
      'connection.stream_error',
    ],
    'answers a login with the failure that it is told, once each': ['connection.connect_failure'],
    'ends the older of two sockets with conflict': ['connection.stream_replaced'],
  },
  'server/fault-gate': {
    'ends the stream with a code, and falls silent for good': ['connection.keepalive_timeout'],
  },
  'control/state-routes': {
    'cuts devices off and lets everything through, in order, once the way is open again': [
      'connection.keepalive_restored',
    ],
  },
  'conformance/account-changes': {
    'a banned account is kept out for as long as the ban says': ['connection.temporary_ban'],
    'a client that is too old is told so, whether it is linked or wants to be': ['connection.client_outdated'],
    'what waited for a client is announced, handed over and counted': [
      'offline.sync_preview',
      'offline.sync_completed',
    ],
    'a reinstalled phone has a new identity, and both sides talk on': ['identity.change'],
  },
  'conformance/linking': {
    'is told to a client whose code was scanned by a phone that knows no linked devices': [
      'connection.qr_scanned_without_multidevice',
    ],
    'is noticed by a client that gets an identity with a wrong HMAC': ['connection.pair_error'],
  },
  'conformance/app-state': {
    'gives a client that links late one snapshot of a long history, with every MAC right': ['appstate.sync_complete'],
    'carries mute, pin, archive and unread from the phone to its client': [
      'appstate.patch_received',
      'chat.mute',
      'chat.archive',
      'chat.pin',
      'chat.mark_read',
    ],
    'carries contacts both ways, and takes them away': ['contact.update'],
    'carries settings: push name, locale, unarchiving, time format, link previews': [
      'pushname.setting',
      'settings.unarchive_chats',
    ],
    'carries stars and deletions for oneself both ways': ['chat.star', 'chat.delete_for_me'],
    'clears and deletes chats both ways': ['chat.delete', 'chat.clear'],
    'carries labels of chats and messages both ways': ['label.edit', 'label.chat', 'label.message'],
    'mutes somebody’s status, which the client takes in although it has no event for it': ['status.mute'],
  },
  'conformance/spoilt-app-state': {
    'on its way is not taken by a client, which skips what does not hold and continues': ['appstate.sync_error'],
  },
  'conformance/calls': {
    'ring at phone and client, with who calls; the phone that rings says so': ['call.offer', 'call.pre_accept'],
    'are taken by the phone: its client stops ringing, latency and transport go between the two': [
      'call.accept',
      'call.transport',
      'call.relay_latency',
    ],
    'of a group ring at every member but the caller': ['call.offer_notice'],
    'end by the clock of the world when nobody answers': ['call.terminate'],
    'are rejected by the phone: its client hears of it': ['call.reject'],
    'bring steps to a client that it does not know, and take none of that kind from it': ['call.unknown'],
  },
  'conformance/history': {
    'holds what the phone wrote and read before, with people and in groups': ['history.sync'],
    'of any size comes in parts, small ones inline and large ones from the media host': ['history.sync_complete'],
  },
  'conformance/people-settings': {
    'tell a client what its phone blocked and unblocked': ['blocklist.change'],
    'keep privacy settings that a client changes, and tell the phone': ['privacy.settings'],
  },
  'conformance/groups': {
    'take in and let go a client by the word of a phone': ['group.join', 'group.leave'],
    'make admins and members, each seen by the others': ['group.participant_update'],
    'change their settings by clients and phones': ['group.info_update'],
  },
  'conformance/people': {
    'show a picture that a phone sets, and its removal': ['picture.update'],
    'tell about texts in both directions, and refuse one that is too long': ['user.about'],
    'carry a new name from client to phone and from phone to client, and to those who are written to': [
      'pushname.update',
    ],
    'show a business: profile, name on messages, and message links': ['business.name_update'],
    'show who is online and who types to those alone who are available themselves': ['presence.update'],
  },
  'conformance/group-messages': {
    'are announced by typing': ['chat.presence'],
  },
  'conformance/channels': {
    'are found by invite, followed, muted and left': ['newsletter.join', 'newsletter.leave', 'newsletter.mute_change'],
    'carry posts from a phone to clients and phones that follow, and to nobody else': ['newsletter.message_received'],
  },
  'conformance/channel-life': {
    'are changed by who runs them, and followers hear of it': ['newsletter.update'],
    'count reactions and views, and tell those who watch live': ['newsletter.live_update'],
  },
  'conformance/status': {
    'goes from a phone to the devices of its contacts, and of nobody else': ['status.posted'],
    'tells the author who saw it, and the viewer’s other devices': ['status.viewed'],
    'is taken back for everybody, by its author alone': ['status.deleted'],
  },
}
