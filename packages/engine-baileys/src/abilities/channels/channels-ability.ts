import { defineAbility } from '../define-ability.ts'
import { acceptInvitation, demote, inviteAdmin, invitedAdmins, revokeInvitation } from './admins.ts'
import { create, info, invited, list, mute, remove, setFollowing, update } from './channel-info.ts'
import { acceptTerms, change, live, markViewed, post, posts, react, updates, vote } from './posts.ts'

export const channels = defineAbility('channels', {
  ...{ list, info, invited, create, update, remove, setFollowing, mute },
  ...{ posts, updates, post, change, react, vote, markViewed, live, acceptTerms },
  ...{ inviteAdmin, revokeInvitation, acceptInvitation, invitedAdmins, demote },
})
