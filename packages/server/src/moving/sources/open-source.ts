import type { LinkReaders } from '@switchboard/engine'
import type { MovingSource } from '../moving-source.ts'
import { openBaileys } from './baileys-source.ts'
import { openEvolution } from './evolution-source.ts'
import { openGdbrns } from './gdbrns-source.ts'
import { openWhatsmeow } from './whatsmeow-source.ts'

/** Where devices can come from. */
export interface Place {
  /** A folder, a file or the URI of a database. */
  readonly at: string
  /** Of Evolution: the folder with what is not in its database. */
  readonly instances?: string | undefined
}

type Open = (place: Place, readers: LinkReaders) => Promise<MovingSource>

/** Every program of which devices can be taken over. */
export const sources = {
  baileys: ({ at }, readers) => openBaileys(at, readers),
  evolution: ({ at, instances }, readers) => openEvolution(at, instances, readers),
  gdbrns: ({ at }, readers) => openGdbrns(at, readers),
  whatsmeow: ({ at }, readers) => openWhatsmeow(at, readers),
} satisfies Record<string, Open>

export type SourceName = keyof typeof sources
