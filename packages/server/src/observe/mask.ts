const shownDigits = 4

const masked = (digits: string): string => `***${digits.slice(-shownDigits)}`

/** `5511988887777:3@s.whatsapp.net`, `120363041234567890@g.us`, `5511988887777-1432542345@g.us`, also with the at sign as `%40`. */
const jid = /\+?(\d[\d-]{3,}\d)(?=(?:[.:_]\d+)*(?:@|%40)[a-z])/g
/** A number as people and WhatsApp write it (E.164: at most 15 digits). What touches a letter, a dash or a dot is an id, a date or a version. */
const phone = /(?<![\w.-])\+?(\d{8,15})(?![\w-]|\.\d)/g

/** Leaves the last four digits of each phone number, LID and group id in a text. */
export const maskText = (text: string): string =>
  text.replace(jid, (_, digits: string) => masked(digits)).replace(phone, (_, digits: string) => masked(digits))

const jsonText = /"(?:[^"\\]|\\.)*"/g
const longNumber = /\d{5}/

const withoutNumbers = (line: string): string =>
  longNumber.test(line) ? line.replace(jsonText, (text) => (longNumber.test(text) ? maskText(text) : text)) : line

/** Names under which a secret could travel through a log call by mistake. */
const secretNames = [
  'token',
  'secret',
  'password',
  'authorization',
  'api_key',
  'apiKey',
  'proxyUrl',
  'adminSecret',
  'jwtSecret',
  'formerSecrets',
  'masterKey',
  'formerMasterKeys',
]
const secrets = new Set(secretNames)
const holdsSecret = new RegExp(`"(?:${secretNames.join('|')})":`)

const withoutSecrets = (line: string): string =>
  holdsSecret.test(line)
    ? `${JSON.stringify(JSON.parse(line, (name, value) => (secrets.has(name) ? '[secret]' : value)))}\n`
    : line

/** A line of JSON without what must not be in a log: secrets that their name gives away, wherever they are, and most digits of phone numbers and addresses in its
 *  texts. Its numbers (times, sizes) stay. */
export const maskLine = (line: string): string => withoutNumbers(withoutSecrets(line))
