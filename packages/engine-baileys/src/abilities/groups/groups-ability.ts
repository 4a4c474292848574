import { defineAbility } from '../define-ability.ts'
import { rename } from './rename.ts'

export const groups = defineAbility('groups', { rename })
