import { defineAbility } from '../define-ability.ts'
import { mute } from './mute.ts'

export const channels = defineAbility('channels', { mute })
