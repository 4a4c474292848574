import type { RichResponsePart } from '../../wire/proto/index.ts'
import type { ContentKind } from './content-kind.ts'

/** One part of what a business bot answers. */
export type RichPart =
  | { readonly text: string }
  | { readonly code: string; readonly language?: string }
  /** The first row is the heading. */
  | { readonly table: readonly (readonly string[])[]; readonly title?: string }

export interface RichResponseWish {
  readonly parts: readonly RichPart[]
}

const partType = { text: 2, table: 4, code: 5 } as const

/** The answer of a bot: text, code and tables, in the wrapper that forwarded bot messages have (baileys WAProto AIRichResponseMessage). */
export const aiRichResponse: ContentKind<RichResponseWish> = {
  name: 'ai_rich_response',
  compose: (_scene, { parts }) => {
    if (parts.length === 0) throw new Error('the response has no parts')
    const richResponseMessage = { messageType: 1, submessages: parts.map(written) }
    return { botForwardedMessage: { message: { richResponseMessage } } }
  },
  read: ({ richResponseMessage: it }) => {
    if (!it) return undefined
    const parts = (it.submessages ?? []).map(readPart)
    const text = parts.flatMap((part) => ('text' in part ? [part.text] : [])).join('\n')
    return { kind: 'ai_rich_response', text, details: { parts } }
  },
}

function written(part: RichPart): RichResponsePart {
  if ('text' in part) return { messageType: partType.text, messageText: part.text }
  if ('code' in part) {
    const codeBlocks = [{ highlightType: 0, codeContent: part.code }]
    return { messageType: partType.code, codeMetadata: { codeLanguage: part.language ?? 'text', codeBlocks } }
  }
  const rows = part.table.map((items, index) => ({ items: [...items], isHeading: index === 0 }))
  return {
    messageType: partType.table,
    tableMetadata: { rows, ...(part.title === undefined ? {} : { title: part.title }) },
  }
}

function readPart(part: RichResponsePart): RichPart {
  const { codeMetadata: code, tableMetadata: table, messageText: text = '' } = part
  if (code) {
    const language = code.codeLanguage
    const content = (code.codeBlocks ?? []).map(({ codeContent }) => codeContent ?? '').join('')
    return { code: content, ...(language === undefined ? {} : { language }) }
  }
  if (!table) return { text }
  return {
    table: (table.rows ?? []).map(({ items }) => items ?? []),
    ...(table.title === undefined ? {} : { title: table.title }),
  }
}
