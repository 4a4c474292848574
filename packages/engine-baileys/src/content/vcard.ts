import type { ContactCard, ContactView } from '@switchboard/engine'
import { filledList, present } from './fields.ts'

type Details = Omit<ContactView, 'name' | 'vcard'>

/** One line of a card: `item1.TEL;TYPE=CELL;waid=49170:+49 170`. */
interface Property {
  readonly group: string
  /** Upper case. */
  readonly name: string
  readonly params: ReadonlyMap<string, string>
  /** As it stands there, with what its encoding hid. */
  readonly value: string
}

/** More lines than any card of a person has. */
const mostLines = 5_000

const lineBreak = /\r\n|\r|\n/

// A blank at the beginning continues a line (RFC 2426, 2.6); in vCard 2.1 a quoted-printable value continues behind an = at its end.
function linesOf(card: string): string[] {
  const lines: string[] = []
  let soft = false
  for (const raw of card.split(lineBreak, mostLines)) {
    const last = lines.length - 1
    if (soft) lines[last] = `${lines[last]!.slice(0, -1)}${raw}`
    else if (/^[ \t]/.test(raw) && last >= 0) lines[last] += raw.slice(1)
    else lines.push(raw)
    const line = lines.at(-1)!
    soft = line.endsWith('=') && /^[^:]*QUOTED-PRINTABLE/i.test(line)
  }
  return lines
}

/** A name, parameters of which some are in quotes, and a value. */
const property = /^(?:([\w-]+)\.)?([\w-]+)((?:;(?:"[^"]*"|[^":;])*)*):([\s\S]*)$/

function propertyOf(line: string): Property | undefined {
  const [, group = '', name = '', written = '', value = ''] = property.exec(line) ?? []
  if (name === '') return undefined
  const params = new Map<string, string>()
  for (const part of written.split(';').slice(1)) {
    const [key = '', ...rest] = part.split('=')
    // vCard 2.1 leaves TYPE= and ENCODING= out.
    const named = rest.length > 0 ? key.toUpperCase() : /^(QUOTED-PRINTABLE|BASE64)$/i.test(key) ? 'ENCODING' : 'TYPE'
    const text = rest.length > 0 ? rest.join('=').replaceAll('"', '') : key
    params.set(named, params.has(named) ? `${params.get(named)},${text}` : text)
  }
  return { group, name: name.toUpperCase(), params, value: decoded(value, params) }
}

function decoded(value: string, params: Property['params']): string {
  if (!/^(QUOTED-PRINTABLE|Q)$/i.test(params.get('ENCODING') ?? '')) return value
  const octets = Buffer.from(value, 'utf8')
    .toString('latin1')
    .replaceAll(/=([\dA-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  const bytes = Buffer.from(octets, 'latin1')
  try {
    return new TextDecoder(params.get('CHARSET') ?? 'utf-8').decode(bytes)
  } catch {
    return new TextDecoder().decode(bytes)
  }
}

/** Parts of a value that a separator divides, unescaped. */
const split = (value: string, separator: ';' | ','): string[] => {
  const parts = ['']
  for (const [piece] of value.matchAll(/\\[\s\S]|[\s\S]/gu)) {
    if (piece === separator) parts.push('')
    else parts[parts.length - 1] += piece.length > 1 && piece.startsWith('\\') ? unescaped(piece[1]!) : piece
  }
  return parts.map((part) => part.trim())
}
const unescaped = (letter: string): string => (letter === 'n' || letter === 'N' ? '\n' : letter)
/** A value that is one text. */
const textOf = (value: string): string => split(value, ';').join(';').trim()

/** Family, given, middle, before, after → as people write it. */
const fullName = ([family = '', given = '', middle = '', before = '', after = '']: readonly string[]): string =>
  [before, given, middle, family, after].filter(Boolean).join(' ')

/** Words of phones for a kind of number: `cell` and the like, without what says nothing. */
const kindOf = ({ params }: Property): string | undefined =>
  (params.get('TYPE') ?? '')
    .toLowerCase()
    .split(',')
    .find((type) => !['', 'voice', 'pref', 'internet', 'x-internet'].includes(type))

/** What a card says, of whichever version. Seen in the wild: 2.1 of old phones, 3.0 of WhatsApp, 4.0. `undefined` for text that is no card. */
export function readVcard(card: string): (Details & { readonly name?: string }) | undefined {
  const properties = linesOf(card.trim()).flatMap((line) => propertyOf(line) ?? [])
  if (properties[0]?.name !== 'BEGIN' || !/^vcard$/i.test(properties[0].value.trim())) return undefined
  const all = (name: string) => properties.filter((each) => each.name === name && each.value.trim() !== '')
  const first = (name: string) => all(name).map(({ value }) => textOf(value))[0]
  const labels = new Map(
    all('X-ABLABEL').map(({ group, value }) => [group, textOf(value).replace(/^_\$!<(.*)>!\$_$/, '$1')]),
  )
  const label = (each: Property) => (each.group && labels.get(each.group)) || kindOf(each)
  const [name] = all('N').map(({ value }) => fullName(split(value, ';')))
  return present({
    name: first('FN') || name,
    phones: filledList(
      all('TEL').map((each) => ({
        number: textOf(each.value).replace(/^tel:/i, ''),
        ...present({ waid: each.params.get('WAID'), label: label(each) }),
      })),
    ),
    emails: filledList(all('EMAIL').map(({ value }) => textOf(value))),
    organization: all('ORG').map(({ value }) => split(value, ';').filter(Boolean).join(', '))[0],
    title: first('TITLE'),
    urls: filledList(all('URL').map(({ value }) => textOf(value))),
    addresses: filledList(all('ADR').map(({ value }) => split(value, ';').filter(Boolean).join(', '))),
    birthday: first('BDAY'),
    note: first('NOTE'),
  })
}

/** RFC 2426, 4: what would end a value or a part of it is written with a backslash. */
const escaped = (text: string): string => text.replaceAll(/[\\;,]/g, '\\$&').replaceAll(/\r\n|\r|\n/g, '\\n')

/** A card as WhatsApp's own phones write it: version 3.0, and `waid` for a number that has an account (seen in: baileys README, whatsmeow). */
export function writeVcard({
  name,
  phones = [],
  organization,
  title,
  emails = [],
  urls = [],
  note,
}: ContactCard): string {
  return [
    'BEGIN:VCARD',
    'VERSION:3.0',
    `N:;${escaped(name)};;;`,
    `FN:${escaped(name)}`,
    ...(organization ? [`ORG:${escaped(organization)}`] : []),
    ...(title ? [`TITLE:${escaped(title)}`] : []),
    ...phones.flatMap(({ number, label }, index) => {
      const item = `item${index + 1}`
      const line = `TEL;type=CELL;type=VOICE;waid=${number}:+${number}`
      return label ? [`${item}.${line}`, `${item}.X-ABLabel:${escaped(label)}`] : [line]
    }),
    ...emails.map((email) => `EMAIL:${escaped(email)}`),
    ...urls.map((url) => `URL:${escaped(url)}`),
    ...(note ? [`NOTE:${escaped(note)}`] : []),
    'END:VCARD',
  ].join('\n')
}
