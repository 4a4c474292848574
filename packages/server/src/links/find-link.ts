/** A link as people write it: with its scheme, or from `www.` on. */
const pattern = /(?:https?:\/\/|(?<![\w@.-])www\.)[^\s<>"'`|\\^{}\p{Cc}]+/iu

/** What ends a sentence and no address. A parenthesis at the end belongs to the address when it was opened there. */
const withoutEnd = (link: string): string => {
  let end = link
  for (;;) {
    const last = end.at(-1) ?? ''
    const closes = last === ')' && end.split(')').length > end.split('(').length
    if (!closes && !'.,;:!?*_~…]'.includes(last)) return end
    end = end.slice(0, -1)
  }
}

export interface Link {
  /** As it stands in the text. */
  readonly text: string
  readonly url: URL
}

/** A link that may be asked; undefined for text that is none. */
export function readLink(text: string): Link | undefined {
  const url = URL.parse(/^[a-z][a-z\d+.-]*:/i.test(text) ? text : `https://${text}`)
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.username || url.password) return undefined
  return { text, url }
}

/** The first link of a text. */
export function findLink(text: string): Link | undefined {
  const found = pattern.exec(text)?.[0]
  return found === undefined ? undefined : readLink(withoutEnd(found))
}
