/** What this browser remembers of the reader's wishes; never anything secret. A browser that keeps nothing is fine. */
export const remembered = (name: string) => ({
  get: (): string | undefined => {
    try {
      return localStorage.getItem(name) ?? undefined
    } catch {
      return undefined
    }
  },
  set: (value: string): void => {
    try {
      localStorage.setItem(name, value)
    } catch {
      // It is asked for again next time.
    }
  },
})
