import type { Endpoints } from '@switchboard/engine'
import { whatsappRoot } from './wire/noise-trust.ts'

/** The real WhatsApp: where its web client connects, and the root its servers prove (seen in: baileys Defaults, whatsmeow handshake.go). */
export const whatsappEndpoints: Endpoints = {
  socketUrl: 'wss://web.whatsapp.com/ws/chat',
  noiseRoot: whatsappRoot,
  webOrigin: 'https://web.whatsapp.com',
}
