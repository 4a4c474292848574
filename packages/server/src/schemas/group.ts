import type { GroupInfo, GroupMember as Member, MemberAddMode, MemberOutcome as Outcome } from '@switchboard/engine'
import { z } from 'zod'
import { Instant } from './instant.ts'
import { optionalPersonFields, person, personFields } from './person.ts'
import { words } from './text.ts'

export const GroupName = words(100).meta({ examples: ['Weekend trip'] })

/** WhatsApp's limit, seen in: the sandbox's rules and the clients' input fields. */
export const GroupDescription = z
  .string()
  .max(2048)
  .meta({ examples: ['Meeting point: main station, 9:00'] })

export const MemberAddModeText = z.enum(['admin_only', 'all']).describe('Who may add people')

export const HistorySharingText = z
  .enum(['admin_only', 'all'])
  .describe('Who may share recent messages with new members')

/** Who may do something, in the words of the engine. */
export const modeOf = (text: z.output<typeof MemberAddModeText>): MemberAddMode => (text === 'all' ? 'all' : 'admins')

/** The same in the words of the API. */
export const modeText = (mode: MemberAddMode) => (mode === 'all' ? ('all' as const) : ('admin_only' as const))

const GroupMember = z
  .object({
    ...personFields('jid', 'Number of the member'),
    is_admin: z.boolean().describe('Also true of who made the group'),
    is_super_admin: z.boolean().describe('Made the group'),
  })
  .meta({ id: 'GroupMember' })

export const Group = z
  .object({
    jid: z.string().meta({ examples: ['120363012345678901@g.us'] }),
    name: z.string().meta({ examples: ['Weekend trip'] }),
    name_set_at: Instant.optional(),
    ...optionalPersonFields('name_set_by', 'Who named it'),
    ...optionalPersonFields('owner_jid', 'Who made it'),
    group_created: Instant.optional(),
    topic: z.string().describe('The description; blank when there is none'),
    topic_id: z.string().describe('Names this text; blank when there is none'),
    topic_set_at: Instant.optional(),
    ...optionalPersonFields('topic_set_by', 'Who wrote the description'),
    is_announce: z.boolean().describe('Only admins write'),
    is_locked: z.boolean().describe('Only admins change name, photo and description'),
    is_ephemeral: z.boolean(),
    disappearing_timer: z.int().describe('Seconds until messages disappear; 0 when they stay'),
    is_join_approval_required: z.boolean(),
    member_add_mode: MemberAddModeText,
    history_for_new_members: z.boolean().describe('Phones share recent messages with those whom they add'),
    history_sharing_mode: HistorySharingText,
    addressing_mode: z.enum(['pn', 'lid']).describe('How its members are named inside WhatsApp'),
    is_parent: z.boolean().describe('It is a community'),
    is_default_sub_group: z.boolean().describe('The announcement group of a community'),
    linked_parent_jid: z.string().optional().describe('Its community'),
    suspended: z.boolean(),
    participant_count: z.int(),
    participants: z.array(GroupMember).describe('Empty where only members may see them'),
  })
  .meta({ id: 'Group' })

/** The result for one person of a request. */
export const MemberOutcome = z
  .object({
    ...personFields('jid', 'Number of the person, as far as it is known'),
    result: z
      .enum([
        ...(['done', 'waiting', 'privacy_forbids', 'not_on_whatsapp', 'left_recently', 'already_there'] as const),
        ...(['not_a_member', 'nothing_asked', 'not_allowed', 'group_full', 'refused'] as const),
      ])
      .describe('`waiting`: admins have to agree. `privacy_forbids`: send the invitation instead.'),
    error: z.int().describe("WhatsApp's code; 0 when it was done"),
    invitation: z
      .object({ code: z.string().meta({ examples: ['Gh5kQ2vX8pLm'] }), expires_at: Instant })
      .optional()
      .describe('Comes with `privacy_forbids` and `left_recently`'),
  })
  .meta({ id: 'GroupMemberOutcome' })

const memberView = ({ who, role }: Member): z.input<typeof GroupMember> => ({
  ...person('jid', who),
  is_admin: role !== 'member',
  is_super_admin: role === 'superadmin',
})

export const groupView = (group: GroupInfo): z.input<typeof Group> => ({
  jid: group.jid,
  name: group.name,
  name_set_at: group.nameSetAt,
  ...person('name_set_by', group.nameSetBy),
  ...person('owner_jid', group.owner),
  group_created: group.createdAt,
  topic: group.description?.text ?? '',
  topic_id: group.description?.id ?? '',
  topic_set_at: group.description?.setAt,
  ...person('topic_set_by', group.description?.setBy),
  is_announce: group.announcement,
  is_locked: group.locked,
  is_ephemeral: group.ephemeralSeconds > 0,
  disappearing_timer: group.ephemeralSeconds,
  is_join_approval_required: group.joinApproval,
  member_add_mode: modeText(group.memberAdd),
  history_for_new_members: group.historyForNewMembers,
  history_sharing_mode: modeText(group.historySharing),
  addressing_mode: group.addressing,
  is_parent: group.isCommunity,
  is_default_sub_group: group.isDefaultSubgroup,
  linked_parent_jid: group.parent,
  suspended: group.suspended,
  participant_count: group.size,
  participants: group.members.map(memberView),
})

type Result = z.input<typeof MemberOutcome>['result']

/** Codes for a person. Seen in: whatsmeow group.go `parseParticipant` and its users, baileys groups.js. */
const results: Readonly<Record<number, Result>> = {
  200: 'done',
  202: 'waiting',
  401: 'not_allowed',
  403: 'privacy_forbids',
  404: 'not_on_whatsapp',
  406: 'not_allowed',
  408: 'left_recently',
  409: 'already_there',
  419: 'group_full',
}

/** @param missing what 404 means: who is to be added is not on WhatsApp, who is to be removed is no member */
export const outcomeView = (
  { who, code, invitation }: Outcome,
  missing: Result = 'not_on_whatsapp',
): z.input<typeof MemberOutcome> => ({
  ...person('jid', who),
  result: code === 404 ? missing : (results[code] ?? 'refused'),
  error: code === 200 ? 0 : code,
  ...(invitation && { invitation: { code: invitation.code, expires_at: invitation.expiresAt } }),
})
