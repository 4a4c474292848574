import type { BinaryNode } from '@switchboard/link'
import type { Message } from '../generated/messages.ts'
import type { StanzaType } from './content-kind.ts'
import { findKind } from './registry.ts'
import { unwrap } from './unwrap.ts'

/** What a stanza says in the open of the message inside. */
export interface MessageMarks {
  /** Attributes of `<message>`. */
  readonly attrs: Readonly<Record<string, string>> & { readonly type: StanzaType }
  /** Attributes of each `<enc>`. */
  readonly enc: Readonly<Record<string, string>>
  readonly nodes: readonly BinaryNode[]
}

/** Computed from the content, whatever made it. What is not known here goes as text, as other clients let it. */
export function stanzaMarks(outer: Message): MessageMarks {
  const { message, flags } = unwrap(outer)
  const found = findKind(message)
  if (!found) return { attrs: { type: 'text' }, enc: {}, nodes: [] }
  const { kind } = found
  const value = found.value as never
  const type = typeof kind.stanzaType === 'string' ? kind.stanzaType : kind.stanzaType(value)
  const media = typeof kind.mediaKind === 'function' ? kind.mediaKind(value) : kind.mediaKind
  const { edit, hidden, meta: own } = kind.marks?.(value) ?? {}
  const viewOnce = flags.viewOnce || (found.value as { viewOnce?: boolean }).viewOnce
  const meta = { ...own, ...(viewOnce ? { view_once: 'true' } : {}) }
  return {
    attrs: { type, ...(edit ? { edit } : {}) },
    enc: { ...(media ? { mediatype: media } : {}), ...(hidden ? { 'decrypt-fail': 'hide' } : {}) },
    nodes: Object.keys(meta).length > 0 ? [{ tag: 'meta', attrs: meta }] : [],
  }
}
