import type { Endpoints, WebVersion } from '@switchboard/engine'
import { whatsappRoot } from '@switchboard/link'

/** The real WhatsApp: where its web client connects, and the root its servers prove (seen in: baileys Defaults, whatsmeow handshake.go). */
export const whatsappEndpoints: Endpoints = {
  socketUrl: 'wss://web.whatsapp.com/ws/chat',
  noiseRoot: whatsappRoot,
  webOrigin: 'https://web.whatsapp.com',
}

/** The version of WhatsApp Web that a session calls itself unless it is given another (seen in: baileys 7.0.0-rc14 Defaults). */
export const webVersion: WebVersion = [2, 3000, 1_043_857_760]
