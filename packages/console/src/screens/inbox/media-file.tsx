import { useSignal } from '@preact/signals'
import type { Message } from '@switchboard/client'
import { useEffect } from 'preact/hooks'
import { useAct } from '../../data/act.ts'
import { asDevice } from '../../data/api.ts'
import { Button } from '../../ui/button.tsx'
import { inboxWords } from './words.ts'

/** Pictures up to this size are shown at once, bytes. */
const shownAtOnce = 2_000_000
const againMs = 2_000
const attempts = 3

/** The file of a message: pictures are shown, the rest is fetched when asked for. */
export const MediaFile = ({ id, message }: { readonly id: string; readonly message: Message }) => {
  const t = inboxWords()
  const { message_id, type, media, text } = message
  const address = useSignal<string | undefined>(undefined)
  const { act, running } = useAct()
  const load = (quiet: boolean): Promise<boolean> =>
    act(
      async () => {
        const answer = await asDevice(id).media.download({ path: { message_id } })
        address.value = URL.createObjectURL(await answer.blob())
      },
      undefined,
      { quiet },
    )
  const isPicture = type === 'image' || type === 'sticker'
  // A file that is still on its way out may not be there yet: it is looked for again, and once more with each step of its message.
  useEffect(() => {
    if (address.peek() || !isPicture || (media?.size ?? 0) > shownAtOnce) return undefined
    let timer: ReturnType<typeof setTimeout>
    const attempt = async (left: number): Promise<void> => {
      if ((await load(true)) || left === 0) return
      timer = setTimeout(() => void attempt(left - 1), againMs)
    }
    void attempt(attempts)
    return () => clearTimeout(timer)
  }, [message_id, message.status])
  useEffect(
    () => () => {
      if (address.peek()) URL.revokeObjectURL(address.peek()!)
    },
    [message_id],
  )
  const name = media?.file_name ?? media?.mimetype ?? type
  if (!address.value)
    return (
      <div class="row">
        <span class="clip" dir="auto">
          {name}
        </span>
        <Button icon="arrow" busy={running.value} onClick={() => void load(false)}>
          {t.load}
        </Button>
      </div>
    )
  if (isPicture) return <img class="bubble-picture" src={address.value} alt={text ?? type} />
  // biome-ignore lint/a11y/useMediaCaption: people send these without captions
  if (type === 'audio') return <audio controls src={address.value} />
  // biome-ignore lint/a11y/useMediaCaption: people send these without captions
  if (type === 'video') return <video class="bubble-picture" controls src={address.value} />
  return (
    <a class="button plain" href={address.value} download={name}>
      {t.save}: {name}
    </a>
  )
}
