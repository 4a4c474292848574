import { Parser } from 'htmlparser2'

/** What a page says of itself for others to show. */
export interface PageCard {
  readonly title: string
  readonly description?: string
  readonly image?: URL
}

const longestTitle = 300
const longestDescription = 600

/** Names of what a page says, the best first (Open Graph protocol, ogp.me; X's cards; HTML). */
const names = {
  title: ['og:title', 'twitter:title', '<title>'],
  description: ['og:description', 'twitter:description', 'description'],
  image: ['og:image:secure_url', 'og:image', 'og:image:url', 'twitter:image', 'twitter:image:src'],
} as const

/** The text of a page in whatever characters it says that it is written. */
export function pageText(bytes: Buffer, contentType: string): string {
  const head = bytes.subarray(0, 2048).toString('latin1')
  const charset =
    /charset=["']?([\w:-]+)/i.exec(contentType)?.[1] ?? /<meta[^>]+charset=["']?([\w:-]+)/i.exec(head)?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(charset).decode(bytes)
  } catch {
    return new TextDecoder().decode(bytes)
  }
}

/** The card of a page, from its head alone. Undefined for a page without a title. */
export function readPage(html: string, url: URL): PageCard | undefined {
  const said = new Map<string, string>()
  const note = (name: string | undefined, value: string | undefined) => {
    const text = value?.replaceAll(/\s+/g, ' ').trim()
    if (name && text && !said.has(name)) said.set(name, text)
  }
  let base = url.href
  let title: string | undefined
  const parser: Parser = new Parser({
    onopentag(tag, attributes) {
      if (tag === 'meta') note((attributes['property'] ?? attributes['name'])?.toLowerCase(), attributes['content'])
      else if (tag === 'base') base = URL.parse(attributes['href'] ?? '', url.href)?.href ?? base
      else if (tag === 'title') title ??= ''
      else if (tag === 'body') parser.pause()
    },
    ontext(text) {
      if (title !== undefined && !said.has('<title>')) title += text
    },
    onclosetag(tag) {
      if (tag === 'title') note('<title>', title)
      if (tag === 'head') parser.pause()
    },
  })
  parser.write(html)
  const best = (of: keyof typeof names) => names[of].map((name) => said.get(name)).find((text) => text !== undefined)
  const named = best('title')
  if (named === undefined) return undefined
  const description = best('description')
  const image = best('image')
  const picture = image === undefined ? null : URL.parse(image, base)
  return {
    title: shorten(named, longestTitle),
    ...(description !== undefined && { description: shorten(description, longestDescription) }),
    ...(picture && /^https?:$/.test(picture.protocol) && { image: picture }),
  }
}

/** No longer than that, and without half a character at its end. */
const shorten = (text: string, most: number): string => {
  const whole = text.toWellFormed()
  if (whole.length <= most) return whole
  const cut = whole.slice(0, most - 1)
  return `${cut.isWellFormed() ? cut : cut.slice(0, -1)}…`
}
