import { useSignal } from '@preact/signals'
import { useCallback } from 'preact/hooks'
import { say } from '../ui/toast.tsx'
import { type Advice, adviceOf } from './failure.ts'

const lineOf = ({ text, hint, requestId }: Advice): string =>
  [text, hint, requestId && `(${requestId})`].filter(Boolean).join(' ')

/** A request that changes something: one at a time, and what goes wrong is said. */
export const useAct = () => {
  const running = useSignal(false)
  const error = useSignal<unknown>(undefined)
  const act = useCallback(
    /** @param done said when it worked. @returns whether it worked */
    async (doing: () => Promise<unknown>, done?: string, { quiet = false } = {}): Promise<boolean> => {
      if (running.peek()) return false
      running.value = true
      error.value = undefined
      try {
        await doing()
        if (done) say(done)
        return true
      } catch (failure) {
        error.value = failure
        // A form shows it where it belongs.
        if (!quiet) say(lineOf(adviceOf(failure)), 'bad')
        return false
      } finally {
        running.value = false
      }
    },
    [],
  )
  return { act, running, error }
}
