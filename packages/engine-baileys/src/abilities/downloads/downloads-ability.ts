import { defineAbility } from '../define-ability.ts'
import { askAgain } from './ask-again.ts'
import { fetchFile } from './fetch-file.ts'

export const downloads = defineAbility('downloads', { fetch: fetchFile, askAgain })
