import type { Endpoints, WebVersion } from '@switchboard/engine'

/** The root that real WhatsApp servers prove (seen in: baileys Defaults `WA_CERT_DETAILS`, whatsmeow handshake.go `WACertPubKey`). */
const noiseRoot = Uint8Array.from(
  Buffer.from('142375574d0a587166aae71ebe516437c4a28b73e3695c6ce1f7f9545da8ee6b', 'hex'),
)

/** The real WhatsApp: where its web client connects, and the root its servers prove (seen in: baileys Defaults, whatsmeow handshake.go). */
export const whatsappEndpoints: Endpoints = {
  socketUrl: 'wss://web.whatsapp.com/ws/chat',
  noiseRoot,
  webOrigin: 'https://web.whatsapp.com',
}

/** The version of WhatsApp Web that a session calls itself unless it is given another (seen in: baileys 7.0.0-rc14 Defaults). */
export const webVersion: WebVersion = [2, 3000, 1_043_857_760]
