/** The proxy was not reached, refused, or did not do its part: WhatsApp has not been heard. The message is for people. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError'
}
