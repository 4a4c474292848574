import type { Account } from '../account.ts'
import type { Addressing } from '../address.ts'
import type { SeededRandom } from '../seeded-random.ts'
import type { Group, GroupSettings } from './group.ts'

export interface NewGroup {
  readonly subject: string
  readonly creator: Account
  readonly addressing?: Addressing
  readonly settings?: Partial<GroupSettings>
  readonly community?: Group['community']
  readonly parent?: string
  readonly isDefaultSubGroup?: boolean
}

const codeLetters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** A group with its creator as only member. */
export function newGroup(random: SeededRandom, now: number, options: NewGroup): Group {
  const { subject, creator, settings } = options
  return {
    id: `120363${random.digits(12)}`,
    addressing: options.addressing ?? 'lid',
    creator: creator.lid,
    createdAt: now,
    subject: { text: subject, by: creator.lid, at: now },
    description: undefined,
    pictureId: undefined,
    settings: {
      announcement: false,
      locked: false,
      ephemeralSeconds: 0,
      joinApproval: false,
      memberAdd: 'all_member_add',
      history: false,
      historyShare: 'all_member_share',
      ...settings,
    },
    participants: new Map([[creator.lid, { role: 'superadmin', joinedAt: now }]]),
    former: new Map(),
    requests: new Map(),
    personalInvites: new Map(),
    inviteCode: newInviteCode(random),
    participantVersion: 1,
    announceVersion: 1,
    community: options.community,
    parent: options.parent,
    isDefaultSubGroup: options.isDefaultSubGroup ?? false,
  }
}

/** 22 letters and digits, as in chat.whatsapp.com links. */
export function newInviteCode(random: SeededRandom): string {
  return Array.from({ length: 22 }, () => codeLetters[random.integer(codeLetters.length)]).join('')
}
