import type { ChatEntry } from './chat-log.ts'

/** What a person did with messages, as receipts say it. */
export type Seen = 'read' | 'played'

const playable: ReadonlySet<string> = new Set(['voice', 'audio', 'video', 'video_note', 'gif'])

/** Only what sounds or moves is played, and what may be viewed but once. @throws Error for anything else */
export function checkPlayable(type: Seen, entries: readonly ChatEntry[]): void {
  if (type !== 'played') return
  const still = entries.find(({ kind, viewOnce }) => !playable.has(kind) && !viewOnce)
  if (still) throw new Error(`message ${still.id} is a ${still.kind}: there is nothing to play`)
}
