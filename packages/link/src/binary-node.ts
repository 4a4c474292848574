/** One element of a stanza, in the form that WhatsApp's web protocol has in place of XML. */
export interface BinaryNode {
  tag: string
  /** Values are text, whatever form they travel in. */
  attrs: Record<string, string>
  /** Text where the bytes were a word of the dictionary or an address; children, or bytes. */
  content?: BinaryNode[] | string | Uint8Array
}
