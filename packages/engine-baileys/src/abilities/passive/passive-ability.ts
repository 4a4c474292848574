import { setPassive } from '../../session/set-passive.ts'
import { defineAbility } from '../define-ability.ts'

export const passive = defineAbility('passive', { setPassive: ({ context }, passive) => setPassive(passive, context) })
