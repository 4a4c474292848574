export { type BaileysEngineOptions, createBaileysEngine } from './create-baileys-engine.ts'
export type { EngineLogger } from './shared/logger.ts'
export { whatsappEndpoints } from './whatsapp-endpoints.ts'
