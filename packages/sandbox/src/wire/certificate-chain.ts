import { generateKeyPair, type KeyPair, sign } from '@switchboard/signal'
import { CertChain, CertificateDetails } from './proto/index.ts'

const daySeconds = 86_400
const validDays = 3650

/** The chain that proves the server's static key: the root signs an intermediate, which signs the leaf. whatsmeow checks signatures, serials, the
 *  leaf key and the validity window (handshake.go); baileys the signatures and the intermediate's issuer serial (noise-handler.js).
 *  @param nowSeconds the window opens a day earlier */
export function issueCertificateChain(root: KeyPair, serverStatic: Uint8Array, nowSeconds: number): Uint8Array {
  const intermediate = generateKeyPair()
  const window = { notBefore: nowSeconds - daySeconds, notAfter: nowSeconds + validDays * daySeconds }
  const upper = CertificateDetails.encode({ serial: 1, issuerSerial: 0, key: intermediate.publicKey, ...window })
  const lower = CertificateDetails.encode({ serial: 2, issuerSerial: 1, key: serverStatic, ...window })
  return CertChain.encode({
    intermediate: { details: upper, signature: sign(root.privateKey, upper) },
    leaf: { details: lower, signature: sign(intermediate.privateKey, lower) },
  })
}
