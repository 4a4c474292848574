import { defineAbility } from '../define-ability.ts'
import { create, info, invited, list, mute, remove, setFollowing, update } from './channel-info.ts'
import { acceptTerms, live, markViewed, post, posts, react, updates } from './posts.ts'

export const channels = defineAbility('channels', {
  ...{ list, info, invited, create, update, remove, setFollowing, mute },
  ...{ posts, updates, post, react, markViewed, live, acceptTerms },
})
