/** Code stays as it is in both directions. */
const code = /(```[\s\S]*?```|`[^`\n]+`)/

const outsideCode = (text: string, change: (part: string) => string): string =>
  text
    .split(code)
    .map((part, place) => (place % 2 === 1 ? part : change(part)))
    .join('')

/** A mark around words: nothing but space or punctuation is next to it. */
const around = (mark: string) =>
  new RegExp(
    `(?<![\\p{L}\\p{N}${mark}])${mark}(?![\\s${mark}])([^\\n${mark}]*[^\\s${mark}])${mark}(?![\\p{L}\\p{N}${mark}])`,
    'gu',
  )

const [star, tilde] = [around('\\*'), around('~')]

/** Marks of a WhatsApp text as Chatwoot shows them: CommonMark. Underscores mean the same in both. */
export const toMarkdown = (text: string): string =>
  outsideCode(text, (part) => part.replace(star, '**$1**').replace(tilde, '~~$1~~'))

/** Stands for a star of WhatsApp while stars of CommonMark are still there. It is in no text. */
const held = '\uE000'

/** What an agent wrote, with the marks that WhatsApp knows. */
export const fromMarkdown = (text: string): string =>
  outsideCode(text, (part) =>
    part
      .replace(/\*\*(?=\S)([^\n]*?\S)\*\*/g, `${held}$1${held}`)
      .replace(star, '_$1_')
      .replaceAll(held, '*')
      .replace(/~~(?=\S)([^\n]*?\S)~~/g, '~$1~')
      .replace(/!?\[([^\]\n]+)\]\((https?:\/\/[^\s)]+)\)/g, (_, words: string, url: string) =>
        words === url ? url : `${words} (${url})`,
      )
      // The editor puts a backslash in front of what would be a mark, and at the end of a line that is broken.
      .replace(/\\(?=\n)/g, '')
      .replace(/\\([\\`*_{}[\]()#+\-.!~>|])/g, '$1'),
  )
