import type { DevicePairingData } from '../wire/proto/index.ts'
import { WireError } from '../wire/wire-error.ts'
import type { PendingCompanion } from '../world/pairing.ts'

export type CompanionKeys = Pick<PendingCompanion, 'identityKey' | 'registrationId' | 'signedPreKey' | 'deviceProps'>

/** The public keys a companion registers with (whatsmeow store/clientpayload.go getRegistrationPayload, baileys validate-connection.js).
 *  @throws WireError when one is missing or of the wrong length. */
export function companionKeys(data: DevicePairingData): CompanionKeys {
  return {
    registrationId: Buffer.from(sized(data.eRegid, 4)).readUInt32BE(),
    identityKey: sized(data.eIdent, 32),
    signedPreKey: {
      keyId: Buffer.from(sized(data.eSkeyId, 3)).readUIntBE(0, 3),
      publicKey: sized(data.eSkeyVal, 32),
      signature: sized(data.eSkeySig, 64),
    },
    deviceProps: Uint8Array.from(data.deviceProps ?? []),
  }
}

function sized(bytes: Uint8Array | undefined, length: number): Uint8Array {
  if (bytes?.length !== length) throw new WireError(`pairing data of ${bytes?.length ?? 0} bytes instead of ${length}`)
  return Uint8Array.from(bytes)
}
