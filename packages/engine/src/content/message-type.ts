/**
 * What a message can be, by the name under which it is shown: everything that WhatsApp's newest clients know.
 * `said`: people read it. `silent`: it changes, marks or carries something; it counts as unread nowhere and gets no read receipt.
 */
const types = {
  text: 'said',
  image: 'said',
  video: 'said',
  audio: 'said',
  document: 'said',
  sticker: 'said',
  sticker_pack: 'said',
  location: 'said',
  live_location: 'said',
  contact: 'said',
  contacts: 'said',
  poll: 'said',
  poll_result: 'said',
  event: 'said',
  event_invite: 'said',
  group_invite: 'said',
  newsletter_admin_invite: 'said',
  newsletter_follower_invite: 'said',
  comment: 'said',
  question_response: 'said',
  status_question_answer: 'said',
  status_quoted: 'said',
  music: 'said',
  ai_rich_response: 'said',
  scheduled_call: 'said',
  call_log: 'said',
  bcall: 'said',
  request_phone_number: 'said',
  // Businesses
  product: 'said',
  order: 'said',
  template: 'said',
  template_reply: 'said',
  highly_structured: 'said',
  buttons: 'said',
  buttons_reply: 'said',
  list: 'said',
  list_reply: 'said',
  interactive: 'said',
  interactive_reply: 'said',
  // Payments
  invoice: 'said',
  payment: 'said',
  payment_request: 'said',
  payment_declined: 'said',
  payment_cancelled: 'said',
  payment_invite: 'said',
  payment_reminder: 'said',
  split_payment: 'said',
  split_payment_update: 'silent',
  // What changes or marks another message, or the chat
  reaction: 'silent',
  encrypted_reaction: 'silent',
  encrypted_comment: 'silent',
  /** An edit of a message, event or poll, an option added to a poll, or a scheduled message, sealed with the secret of the message it is about. */
  encrypted_change: 'silent',
  poll_vote: 'silent',
  poll_option: 'silent',
  event_response: 'silent',
  edit: 'silent',
  revoke: 'silent',
  pin: 'silent',
  keep: 'silent',
  /** The disappearing timer of the chat changed. */
  timer: 'silent',
  /** A member of the group gave itself another label. */
  member_label: 'silent',
  /** The parent of pictures that follow. */
  album: 'silent',
  scheduled_call_edit: 'silent',
  scheduled_message: 'silent',
  status_mention: 'silent',
  group_status_mention: 'silent',
  status_notification: 'silent',
  status_sticker_interaction: 'silent',
  status_link_preview: 'silent',
  history_bundle: 'silent',
  history_notice: 'silent',
  bot_registration: 'silent',
  // Between clients
  call: 'silent',
  chat: 'silent',
  sticker_sync: 'silent',
  placeholder: 'silent',
  group_root_key: 'silent',
  root_secret: 'silent',
  /** A setting or request of another kind; the view's `notice` names it. */
  protocol: 'silent',
  /** Nothing that is known here; the view's `unknownFields` tells what it was. A person may well see something on the phone. */
  unknown: 'said',
} as const

export type MessageType = keyof typeof types

export const messageTypes = Object.keys(types) as readonly MessageType[]

/** Whether nobody reads a message of that type: it is not unread, and no read receipt is due. Names that are not known are read by somebody. */
export const isSilent = (type: string): boolean => Object.hasOwn(types, type) && types[type as MessageType] === 'silent'
