const made = (): string => crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`

/** Keys for `Idempotency-Key`: the same as long as the draft is the same, so that sending it again after a lost answer sends nothing twice. */
export const draftKey = (): ((draft: unknown) => string) => {
  let last: { readonly draft: string; readonly key: string } | undefined
  return (draft) => {
    const text = JSON.stringify(draft)
    if (last?.draft !== text) last = { draft: text, key: made() }
    return last.key
  }
}
