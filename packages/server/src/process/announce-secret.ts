import type { Voice } from './voice.ts'

/** Shown once to a person, when it is made: afterwards only the file has it. Lines for machines are kept by many, so that they name the file alone. */
export const announceSecret =
  (voice: Voice) =>
  (name: string, file: string, value: string): void => {
    if (name === 'adminSecret' && !voice.json)
      voice.say(`Admin secret (X-Admin-Secret), shown once and kept in ${file}: ${value}`)
    else voice.say(`Made ${file}. Keep a copy of it with your backups.`, { secret_file: file })
  }
