/** Where one session connects, and which root key its server must prove. Real WhatsApp and a sandbox differ only here. */
export interface Endpoints {
  /** `wss://…` or, for a sandbox on loopback, `ws://…`. */
  readonly socketUrl: string
  /** Curve25519 public key (32 bytes) that signs the certificate chain of the Noise handshake. */
  readonly noiseRoot: Uint8Array
  /** Origin that replaces every media host; undefined means the hosts that WhatsApp names. */
  readonly mediaOrigin?: string
  /** Where the web client is served: its page names the newest version. Undefined: nobody tells it. */
  readonly webOrigin?: string
}
