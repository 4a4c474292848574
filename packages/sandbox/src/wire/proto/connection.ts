import { messageCodec } from './message-codec.ts'

export interface HandshakeMessage {
  clientHello?: { ephemeral?: Uint8Array; static?: Uint8Array; payload?: Uint8Array }
  serverHello?: { ephemeral?: Uint8Array; static?: Uint8Array; payload?: Uint8Array }
  clientFinish?: { static?: Uint8Array; payload?: Uint8Array }
}
export interface NoiseCertificate {
  details?: Uint8Array
  signature?: Uint8Array
}
export interface CertChain {
  leaf?: NoiseCertificate
  intermediate?: NoiseCertificate
}
/** Validity in seconds since 1970. */
export interface CertificateDetails {
  serial?: number
  issuerSerial?: number
  key?: Uint8Array
  notBefore?: number
  notAfter?: number
}
export interface DevicePairingData {
  eRegid?: Uint8Array
  eKeytype?: Uint8Array
  eIdent?: Uint8Array
  eSkeyId?: Uint8Array
  eSkeyVal?: Uint8Array
  eSkeySig?: Uint8Array
  buildHash?: Uint8Array
  deviceProps?: Uint8Array
}
export interface ClientPayload {
  username?: number
  passive?: boolean
  userAgent?: {
    platform?: number
    appVersion?: { primary?: number; secondary?: number; tertiary?: number }
    osVersion?: string
    manufacturer?: string
    device?: string
  }
  pushName?: string
  device?: number
  devicePairingData?: DevicePairingData
  pull?: boolean
  lidDbMigrated?: boolean
}
export interface DeviceProps {
  os?: string
  version?: { primary?: number; secondary?: number; tertiary?: number }
  platformType?: number
  requireFullSync?: boolean
}

export const HandshakeMessage = messageCodec<HandshakeMessage>('HandshakeMessage')
export const CertChain = messageCodec<CertChain>('CertChain')
export const CertificateDetails = messageCodec<CertificateDetails>('CertChain.Details')
export const ClientPayload = messageCodec<ClientPayload>('ClientPayload')
export const DeviceProps = messageCodec<DeviceProps>('DeviceProps')
