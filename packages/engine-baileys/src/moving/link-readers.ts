import type { LinkReaders } from '@switchboard/engine'
import { readBaileys } from './read-baileys.ts'
import { readWhatsmeow } from './read-whatsmeow.ts'

/** Reads the links of other programs. */
export const linkReaders: LinkReaders = { baileys: readBaileys, whatsmeow: readWhatsmeow }
