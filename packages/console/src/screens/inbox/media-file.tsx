import { useSignal } from '@preact/signals'
import type { Message } from '@switchboard/client'
import { useEffect } from 'preact/hooks'
import { useAct } from '../../data/act.ts'
import { asDevice } from '../../data/api.ts'
import { Button } from '../../ui/button.tsx'
import { inboxWords } from './words.ts'

/** Pictures up to this size are shown at once, bytes. */
const shownAtOnce = 2_000_000

/** The file of a message: pictures are shown, the rest is fetched when asked for. */
export const MediaFile = ({ id, message }: { readonly id: string; readonly message: Message }) => {
  const t = inboxWords()
  const { message_id, type, media, text } = message
  const address = useSignal<string | undefined>(undefined)
  const { act, running } = useAct()
  const load = async (quiet: boolean): Promise<void> => {
    await act(
      async () => {
        const answer = await asDevice(id).media.download({ path: { message_id } })
        address.value = URL.createObjectURL(await answer.blob())
      },
      undefined,
      { quiet },
    )
  }
  const isPicture = type === 'image' || type === 'sticker'
  useEffect(() => {
    if (isPicture && (media?.size ?? 0) <= shownAtOnce) void load(true)
    return () => {
      if (address.peek()) URL.revokeObjectURL(address.peek()!)
    }
  }, [message_id])
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
