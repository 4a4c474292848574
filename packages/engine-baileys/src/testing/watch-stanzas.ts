import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type BinaryNode, decodeStanza, type SeenStanza, stanzaChannel } from '@switchboard/link'
import { decodeBinaryNode, encodeBinaryNode, type BinaryNode as LibraryNode } from 'baileys-stock'

/** Without the difference between no content and one that is undefined. */
const plain = ({ tag, attrs, content }: BinaryNode | LibraryNode): object => ({
  tag,
  attrs,
  content: Array.isArray(content) ? content.map(plain) : content,
})

/** The library puts a text with an @ into the form of an address when it writes; what came from elsewhere may hold one that is none. */
async function differences({ direction, bytes }: SeenStanza): Promise<string | undefined> {
  const theirs = await decodeBinaryNode(bytes).catch(() => undefined)
  const ours = decodeStanza(bytes)
  try {
    assert.deepEqual(plain(ours), theirs && plain(theirs))
    if (direction === 'out') assert.deepEqual(bytes, encodeBinaryNode(theirs!))
    return undefined
  } catch (error) {
    return `${direction} ${JSON.stringify(ours)}: ${(error as Error).message}`
  }
}

/** Watches every stanza of our own link in this process until the end, and fails then for each that the stock library would have read or written otherwise. */
export function watchStanzas(): { end(): Promise<void> } {
  const checked: Promise<string | undefined>[] = []
  const see = (stanza: unknown) => {
    const { stream, direction, bytes } = stanza as SeenStanza
    checked.push(differences({ stream, direction, bytes: Buffer.from(bytes) }))
  }
  subscribe(stanzaChannel, see)
  return {
    async end() {
      unsubscribe(stanzaChannel, see)
      const different = (await Promise.all(checked)).filter((difference) => difference !== undefined)
      assert.deepEqual(different, [])
    },
  }
}
