import { unprefixed } from '@switchboard/signal'

/** Our own device as @switchboard/signal wants it, from libsignal's storage interface. */
export async function loadLocalIdentity(storage) {
  const { pubKey, privKey } = await storage.getOurIdentity()
  const registrationId = await storage.getOurRegistrationId()
  return { identity: { publicKey: unprefixed(pubKey), privateKey: privKey }, registrationId }
}
