/** Bytes that begin something in a stanza (seen in: whatsmeow binary/token/token.go, baileys lib/WABinary/constants.js). */
export const tags = {
  emptyList: 0,
  firstDictionary: 236,
  lastDictionary: 239,
  interopJid: 245,
  facebookJid: 246,
  adJid: 247,
  list8: 248,
  list16: 249,
  jidPair: 250,
  hex8: 251,
  binary8: 252,
  binary20: 253,
  binary32: 254,
  nibble8: 255,
} as const

/** Longer texts are not packed. */
export const longestPacked = 127

/** The servers of addresses that name a device, by the byte that says which (seen in: baileys lib/WABinary/jid-utils.js `WAJIDDomains`, whatsmeow types/jid.go). */
export const adServers: Readonly<Record<number, string>> = { 1: 'lid', 128: 'hosted', 129: 'hosted.lid' }
export const phoneServer = 's.whatsapp.net'
export const interopServer = 'interop'
export const facebookServer = 'msgr'
