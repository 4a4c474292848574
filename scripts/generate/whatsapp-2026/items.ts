/** One thing that a client of WhatsApp of 2026 does. */
export interface Item {
  readonly what: string
  /** The gateway says it to WhatsApp. */
  readonly sent?: true
  /** The gateway takes it from WhatsApp. */
  readonly received?: true
  /** The sandbox does WhatsApp's part. */
  readonly played?: true
  /** What proves it: a file, and the words of a test in it. */
  readonly test?: readonly [file: string, words: string]
  /** What is not there, or another way on purpose. */
  readonly note?: string
}

export interface Group {
  readonly heading: string
  readonly items: readonly Item[]
}

const engine = 'packages/engine-baileys/src'
const link = 'packages/link/src'
const server = 'packages/server/src'
const newer = `${engine}/inbound/newer-stanzas.test.ts`
const tokens = `${engine}/outbound/privacy-tokens.test.ts`
const sealed = `${server}/messages/sealed.test.ts`
const usernames = `${server}/people/usernames.test.ts`
const describes = `${engine}/content/describe.test.ts`

const all = { sent: true, received: true, played: true } as const
const sent = { sent: true, played: true } as const
const received = { received: true, played: true } as const

/** What a claim of full coverage needs, beyond what clients of early 2026 did. */
export const groups: readonly Group[] = [
  {
    heading: 'Linking and connecting',
    items: [
      {
        what: 'Passkeys: prologue, comparison of codes, sealed pairing request',
        ...all,
        test: [
          `${server}/operations/device/passkey.test.ts`,
          'says what is to be signed, takes the signature, and is linked',
        ],
      },
      {
        what: 'QR text `https://wa.me/settings/linked_devices#…`',
        ...sent,
        test: [
          'packages/sandbox/src/phone/linking/qr-text.test.ts',
          'reads the form with the linked-devices URL before it',
        ],
      },
      {
        what: 'Validity dates of the certificates of the handshake',
        ...received,
        test: [`${link}/noise/handshake.test.ts`, 'looks at the dates again when it meets a chain that it has proven'],
      },
      {
        what: 'A `success` before the link is ignored',
        received: true,
        test: [newer, 'say nothing with a success that comes before the link'],
      },
      {
        what: 'Client version of WhatsApp Web',
        ...sent,
        test: [`${link}/payload/client-payload.test.ts`, 'has the bytes of the library'],
      },
      { what: '`client-props` in `pair-success`', note: 'Passed over: nothing here depends on it.' },
    ],
  },
  {
    heading: 'Tokens of privacy',
    items: [
      {
        what: 'Tokens in messages, presence, pictures, about texts, new groups and new members',
        ...sent,
        test: [tokens, 'are shown in messages, and where people are looked at, watched and added to groups'],
      },
      { what: 'Buckets of a week, of which four count', ...sent, test: [tokens, 'end after four weeks'] },
      {
        what: 'Tokens that have ended are removed from the store',
        ...received,
        test: [tokens, 'are removed when they have ended, theirs and ours each by its own time'],
      },
      {
        what: 'Tokens and the salt from the history of the phone',
        ...received,
        test: [tokens, 'come with the history of the phone, the salt for strangers too'],
      },
      {
        what: '`cstoken`, derived from the salt, for people who gave none',
        ...sent,
        test: [tokens, 'are derived from the salt of the account for people who gave none'],
      },
      {
        what: 'Given under the LID, and again to who has a new identity',
        ...sent,
        test: [tokens, 'are given to whom we write, and again when they have a new phone'],
      },
      {
        what: 'Refusal 463 of a restricted account, and of one without a token where they are demanded',
        ...received,
        test: [tokens, 'are derived from the salt of the account for people who gave none'],
      },
      {
        what: 'Reach-out timelock: notification, event, question',
        ...all,
        test: [`${server}/events/account/account-limits.test.ts`, 'are events: a reach-out timelock'],
      },
      {
        what: 'Limit of new chats: notification, event, question',
        ...all,
        test: [`${engine}/abilities/standing/standing.test.ts`, 'can be asked: a reach-out timelock'],
      },
    ],
  },
  {
    heading: 'Addresses and user names',
    items: [
      {
        what: 'Direct messages to the LID, with `peer_recipient_pn`',
        ...all,
        test: [tokens, 'are shown in messages, and where people are looked at, watched and added to groups'],
      },
      {
        what: 'User names as addresses, with their key, in paths, bodies and queries',
        ...all,
        test: [usernames, 'are addresses in bodies and queries too'],
      },
      {
        what: 'User names of senders (`username`, `participant_username`), and their changes',
        ...received,
        test: [usernames, 'are shown where people are, and follow what they change'],
      },
      {
        what: 'Own user name: `account_sync` `<username>`, shown, stored, an event',
        ...all,
        test: [usernames, 'of the account itself are shown, and a change of them is stored and told'],
      },
      {
        what: 'Numbers looked up with `addressing_mode="lid"`, and the user name with the answer',
        ...all,
        test: [newer, 'set the about text, and find people by number with their LID and user name'],
      },
      {
        what: '`peer_recipient_username` of what the account writes on another device',
        ...received,
        test: [usernames, 'come with what the account writes on another device'],
      },
      {
        what: 'Blocked people by LID with `pn_jid`',
        ...all,
        test: [`${server}/operations/users/users.test.ts`, 'block and unblock, by number and by LID'],
      },
      { what: 'Blocked people by LID with a user name alone', note: 'Read as the LID.' },
      {
        what: 'Setting the own user name and its key',
        played: true,
        note: 'A person does that on the phone.',
      },
    ],
  },
  {
    heading: 'Messages',
    items: [
      {
        what: 'Every kind up to field 131 of `Message` has a name, and unknown fields survive a forward',
        received: true,
        test: [describes, 'has a name for every field of a message'],
      },
      {
        what: 'Edits sealed with the secret of the message',
        ...received,
        test: [sealed, 'changes words of its author, and of nobody else'],
      },
      {
        what: 'Edits of polls and of events, sealed likewise',
        ...received,
        test: [sealed, 'gives a poll of its author other words and options, and votes for those count'],
      },
      {
        what: 'Options added to polls',
        ...received,
        test: [sealed, 'adds options to polls that take them, and their votes count'],
      },
      {
        what: 'Both addresses of author and sealer are tried',
        ...received,
        test: [sealed, 'is opened whether its author and its sealer are named by number or by LID'],
      },
      {
        what: 'Events, with answers, extra guests and reminders',
        ...all,
        test: [`${server}/operations/message-actions/respond-to-event.test.ts`, 'shows the answer on every phone'],
      },
      {
        what: 'Invitations to events (field 122)',
        ...all,
        test: [`${server}/operations/message-actions/invite-to-event.test.ts`, 'shows the event to whom it is sent'],
        note: 'Made from one that came or that the phone sent: the id of the event is WhatsApp’s.',
      },
      {
        what: 'Albums',
        ...all,
        test: [`${server}/operations/messaging/send-album.test.ts`, 'shows pictures as one, alone and in a group'],
      },
      {
        what: 'Status of a group, version 2',
        ...all,
        test: [
          `${server}/operations/messaging/group-status.test.ts`,
          'is shown by the phones as one, a text and a picture',
        ],
      },
      {
        what: 'Labels of members',
        ...all,
        test: [`${server}/operations/groups/set-member-label.test.ts`, 'is seen by the members and the own phone'],
      },
      {
        what: 'History of a group that a member shares',
        ...received,
        test: [`${server}/operations/groups/groups.test.ts`, 'bring a new member what was said before, once'],
      },
      {
        what: '`<status>` stanzas: status of a channel',
        ...received,
        test: [newer, 'bring the status of a channel, which is acknowledged as such'],
      },
      {
        what: 'Receipts of several people in one stanza',
        ...received,
        test: [newer, 'tell the receipts of many members at once, and each of them is taken'],
      },
    ],
  },
  {
    heading: 'Groups and people',
    items: [
      {
        what: 'A new group says who adds members, whether admins approve, and that messages stay',
        ...sent,
        test: [newer, 'say all of what a new group starts with'],
      },
      {
        what: '`phone_number` on members that are named by LID',
        ...sent,
        test: [
          `${server}/operations/groups/groups.test.ts`,
          'makes a group that its members see, with everything that was asked for',
        ],
      },
      {
        what: 'Who may share the history with new members',
        ...all,
        test: [`${server}/operations/groups/groups.test.ts`, 'say who gets recent messages of whom'],
      },
      {
        what: 'No key in the request for a new group',
        note: 'Ours has one: with it a crash does not make a second group.',
      },
      {
        what: 'About text by GraphQL',
        ...sent,
        test: [newer, 'set the about text, and find people by number with their LID and user name'],
      },
      {
        what: 'Emoji and end of about texts',
        ...all,
        test: [newer, 'set an emoji and an end of the about text, and find those of others'],
        note: 'Found where somebody is looked up. The event of a change has the text alone.',
      },
    ],
  },
  {
    heading: 'Files, history, shared settings',
    items: [
      {
        what: 'Hashes of files, sealed and opened, before the last byte is handed out',
        ...received,
        test: [`${server}/operations/media/download.test.ts`, 'breaks an answer off that turns out to be another file'],
      },
      {
        what: 'History on demand, with its time in seconds and `push_priority="high_force"`',
        ...sent,
        test: [`${server}/operations/history/request-sync.test.ts`, 'brings older messages of a chat, page by page'],
      },
      {
        what: 'Files that are not sealed',
        ...received,
        test: [`${server}/operations/media/download.test.ts`, 'hands out what channels post, which is not encrypted'],
      },
      {
        what: 'Packs of stickers that come as messages',
        ...received,
        test: [`${server}/operations/media/download.test.ts`, 'tells what is in a pack of stickers'],
      },
      {
        what: 'Files of the history are deleted with the nonce of the companion',
        ...sent,
        test: [
          `${engine}/history-blobs.test.ts`,
          'is fetched from the media host, each message once, and removed there',
        ],
        note: 'Tried once, when all of the file is stored. What WhatsApp compares is not known: the sandbox plays what a client sends.',
      },
      { what: 'Sticker packs by their id', note: 'Not built.' },
      {
        what: 'The new indexes of shared settings, and those of tomorrow, are passed on',
        ...received,
        test: [`${engine}/app-state/app-state.test.ts`, 'passes on what it has no name for'],
      },
      {
        what: 'MACs of shared settings compared in constant time',
        ...received,
        test: [`${engine}/app-state/app-state.test.ts`, 'is fetched anew when something was spoilt on its way'],
      },
    ],
  },
]
