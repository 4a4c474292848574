import { defineAbility } from '../define-ability.ts'
import { registrations } from './registrations.ts'

export const contacts = defineAbility('contacts', { registrations })
