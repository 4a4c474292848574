export { type BaileysEngineOptions, createBaileysEngine } from './create-baileys-engine.ts'
export { type LinkedDevice, linkedCredentials } from './credentials/linked-credentials.ts'
export { whatsappEndpoints } from './whatsapp-endpoints.ts'
