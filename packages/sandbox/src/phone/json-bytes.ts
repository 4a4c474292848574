/** JSON in which bytes survive: `{"base64": …}`. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, replaceBytes)
}

export function fromJson<T>(text: string): T {
  return JSON.parse(text, (_, value) =>
    typeof value?.base64 === 'string' ? new Uint8Array(Buffer.from(value.base64, 'base64')) : value,
  ) as T
}

// A Buffer has turned itself into an object before the replacer sees it; what it was is still found on its holder.
function replaceBytes(this: unknown, key: string, value: unknown): unknown {
  const original = (this as Record<string, unknown>)[key]
  return original instanceof Uint8Array ? { base64: Buffer.from(original).toString('base64') } : value
}
