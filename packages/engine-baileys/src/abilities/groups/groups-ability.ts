import { defineAbility } from '../define-ability.ts'
import { communityMembers, endCommunity, link, subgroups, unlink } from './communities.ts'
import { create, info, leave, list } from './group-info.ts'
import { describe, rename, set, setPhoto } from './group-settings.ts'
import { accept, inviteCode, invited, join, resetInviteCode } from './invitations.ts'
import { change, decide, requests, revokeInvitations } from './members.ts'

export const groups = defineAbility('groups', {
  ...{ list, info, create, leave, rename, describe, setPhoto, set },
  ...{ inviteCode, resetInviteCode, invited, join, accept },
  ...{ change, revokeInvitations, requests, decide },
  ...{ link, unlink, subgroups, communityMembers, endCommunity },
})
