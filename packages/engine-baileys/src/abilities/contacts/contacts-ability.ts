import { defineAbility } from '../define-ability.ts'
import { findUsername } from './find-username.ts'
import { registrations } from './registrations.ts'

export const contacts = defineAbility('contacts', { registrations, findUsername })
