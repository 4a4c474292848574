/** What people also call the things that operations and paths are named by. To make another word findable, add it here. */
const names: readonly (readonly [RegExp, string])[] = [
  [/image|picture|photo/i, 'image picture photo'],
  [/picture/i, 'avatar'],
  [/document/i, 'file document attachment pdf'],
  [/audio/i, 'voice audio sound note recording'],
  [/video/i, 'video film clip movie gif'],
  [/media|upload/i, 'file attachment'],
  [/location/i, 'location place map'],
  [/contacts/i, 'contact card vcard address book'],
  [/newsletter|channel/i, 'channel newsletter'],
  [/status-?(update|post)|\/statuses/i, 'status story'],
  [/participant/i, 'participant member'],
  [/poll/i, 'poll vote survey'],
  [/reaction/i, 'reaction emoji like'],
  [/revoke|delete/i, 'delete remove revoke unsend'],
  [/login|pairing/i, 'link pair scan qr connect'],
  [/presence|typing/i, 'typing online last seen'],
  [/mark_?-?read/i, 'read seen blue ticks'],
  [/webhook/i, 'webhook callback'],
]

/** Further names of an operation, for the search. @param named its id and its path */
export const otherNames = (named: string): string =>
  [...new Set(names.flatMap(([pattern, also]) => (pattern.test(named) ? also.split(' ') : [])))].join(' ')
