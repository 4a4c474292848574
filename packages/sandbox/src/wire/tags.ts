/** Bytes that introduce something other than a one-byte token (whatsmeow binary/token/token.go, baileys WABinary/constants.js). */
export const tags = {
  listEmpty: 0,
  dictionary0: 236,
  dictionary3: 239,
  interopJid: 245,
  fbJid: 246,
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

/** Longest text that is written as packed digits. */
export const packedMax = 127

/** Domain byte of an AD-JID and the server that it stands for. */
export const domainServers = { 0: 's.whatsapp.net', 1: 'lid', 128: 'hosted', 129: 'hosted.lid' } as const
