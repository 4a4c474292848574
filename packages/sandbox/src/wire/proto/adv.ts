import { messageCodec } from './message-codec.ts'

export interface ADVDeviceIdentity {
  rawId?: number
  /** Seconds. */
  timestamp?: number
  keyIndex?: number
  accountType?: number
  deviceType?: number
}
export interface ADVSignedDeviceIdentity {
  details?: Uint8Array
  accountSignatureKey?: Uint8Array
  accountSignature?: Uint8Array
  deviceSignature?: Uint8Array
}
export interface ADVSignedDeviceIdentityHMAC {
  details?: Uint8Array
  hmac?: Uint8Array
  accountType?: number
}
export interface ADVKeyIndexList {
  rawId?: number
  /** Seconds. */
  timestamp?: number
  currentIndex?: number
  validIndexes?: number[]
  accountType?: number
}
export interface ADVSignedKeyIndexList {
  details?: Uint8Array
  accountSignature?: Uint8Array
  accountSignatureKey?: Uint8Array
}

export const ADVDeviceIdentity = messageCodec<ADVDeviceIdentity>('ADVDeviceIdentity')
export const ADVSignedDeviceIdentity = messageCodec<ADVSignedDeviceIdentity>('ADVSignedDeviceIdentity')
export const ADVSignedDeviceIdentityHMAC = messageCodec<ADVSignedDeviceIdentityHMAC>('ADVSignedDeviceIdentityHMAC')
export const ADVKeyIndexList = messageCodec<ADVKeyIndexList>('ADVKeyIndexList')
export const ADVSignedKeyIndexList = messageCodec<ADVSignedKeyIndexList>('ADVSignedKeyIndexList')
