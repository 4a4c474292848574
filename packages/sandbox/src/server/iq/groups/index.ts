import type { IqNamespace } from '../iq-handler.ts'
import { createGroup } from './create.ts'
import { deactivateCommunity } from './deactivate.ts'
import { setDescription, setSubject } from './info.ts'
import { getInvite, setInvite } from './invite.ts'
import { leave } from './leave.ts'
import { joinLinkedGroup, linkGroups, listLinkedParticipants, listSubGroups, unlinkGroups } from './links.ts'
import { addPeople, demote, promote, removePeople } from './participants.ts'
import { acceptInvite, revokeInvite } from './personal-invite.ts'
import { getPictures } from './pictures.ts'
import { listParticipating, queryGroup } from './query.ts'
import { cancelRequest, decideRequests, listRequests } from './requests.ts'
import {
  setApprovalMode,
  setEphemeral,
  setFlag,
  setHistory,
  setHistoryShare,
  setMemberAddMode,
  unsetEphemeral,
} from './settings.ts'

/** Groups and communities. What is not here is answered 501. */
export const groups: IqNamespace = {
  xmlns: 'w:g2',
  handlers: {
    'set create': createGroup,
    'set leave': leave,
    'get participating': listParticipating,
    'get query': queryGroup,
    'get pictures': getPictures,
    'set add': addPeople,
    'set remove': removePeople,
    'set promote': promote,
    'set demote': demote,
    'set subject': setSubject,
    'set description': setDescription,
    'set announcement': setFlag('announcement', true),
    'set not_announcement': setFlag('announcement', false),
    'set locked': setFlag('locked', true),
    'set unlocked': setFlag('locked', false),
    'set ephemeral': setEphemeral,
    'set not_ephemeral': unsetEphemeral,
    'set membership_approval_mode': setApprovalMode,
    'set member_add_mode': setMemberAddMode,
    'set group_history': setHistory(true),
    'set no_group_history': setHistory(false),
    'set member_share_group_history_mode': setHistoryShare,
    'get invite': getInvite,
    'set invite': setInvite,
    'set accept': acceptInvite,
    'set revoke': revokeInvite,
    'get membership_approval_requests': listRequests,
    'set membership_requests_action': decideRequests,
    'set cancel_membership_requests': cancelRequest,
    'set links': linkGroups,
    'set unlink': unlinkGroups,
    'set delete_parent': deactivateCommunity,
    'get sub_groups': listSubGroups,
    'get linked_groups_participants': listLinkedParticipants,
    'set join_linked_group': joinLinkedGroup,
  },
}
