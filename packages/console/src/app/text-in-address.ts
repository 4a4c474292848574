import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { place, setQuery } from './router.ts'

const restMs = 250

/** A text that somebody types and that the address holds too, so that a page can be sent to somebody. It is written there when the typing rests. */
export const useTextInAddress = (name: string): Signal<string> => {
  const text = useSignal(place.peek().query.get(name) ?? '')
  const typed = text.value.trim()
  useEffect(() => {
    if (typed === (place.peek().query.get(name) ?? '')) return undefined
    const timer = setTimeout(() => setQuery({ [name]: typed || undefined }), restMs)
    return () => clearTimeout(timer)
  }, [name, typed])
  return text
}
