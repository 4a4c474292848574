/** What an attempt says about the endpoint and about this payload. */
export type Verdict =
  | 'delivered'
  /** The endpoint fails: waiting helps, and nothing else can be delivered to it until then. */
  | 'trouble'
  /** The endpoint works and does not want this payload. */
  | 'refused'
  /** The endpoint is gone for good. */
  | 'gone'

/** Status of an answer, or undefined when there was none. Redirects are not followed; the endpoint has moved and its owner must say where to. */
export function verdictOf(status: number | undefined): Verdict {
  if (status === undefined) return 'trouble'
  if (status >= 200 && status < 300) return 'delivered'
  if (status === 410) return 'gone'
  const waitingHelps = status < 400 || status >= 500 || isBusy(status)
  return waitingHelps ? 'trouble' : 'refused'
}

/** Whether the endpoint says of itself that it is busy: then no event is to blame. */
export const isBusy = (status: number | null | undefined): boolean => status === 408 || status === 429
