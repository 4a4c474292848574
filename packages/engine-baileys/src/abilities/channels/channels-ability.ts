import { defineAbility } from '../define-ability.ts'
import { create, info, invited, list, mute, remove, setFollowing, update } from './channel-info.ts'
import { acceptTerms, change, live, markViewed, post, posts, react, updates } from './posts.ts'

export const channels = defineAbility('channels', {
  ...{ list, info, invited, create, update, remove, setFollowing, mute },
  ...{ posts, updates, post, change, react, markViewed, live, acceptTerms },
})
