import type { Messages } from '../generated/messages.ts'
import { schema } from '../generated/schema.ts'
import { codecsOf } from './codec.ts'

const { codec } = codecsOf<Messages>(schema)

export const HandshakeMessage = codec('HandshakeMessage')
export const CertChain = codec('CertChain')
export const CertificateDetails = codec('CertChainNoiseCertificateDetails')
export const ClientPayload = codec('ClientPayload')
export const DeviceProps = codec('DeviceProps')
export const SignedDeviceIdentityHmac = codec('ADVSignedDeviceIdentityHMAC')
export const SignedDeviceIdentity = codec('ADVSignedDeviceIdentity')
export const DeviceIdentity = codec('ADVDeviceIdentity')
export const CompanionEphemeralIdentity = codec('CompanionEphemeralIdentity')
export const ProloguePayload = codec('ProloguePayload')
export const PrimaryEphemeralIdentity = codec('PrimaryEphemeralIdentity')
export const PairingRequest = codec('PairingRequest')
export const EncryptedPairingRequest = codec('EncryptedPairingRequest')
