import { useSignal } from '@preact/signals'
import { common } from '../words/common.ts'
import { Icon } from './icon.tsx'
import { say } from './toast.tsx'

/** Without https browsers have no clipboard for pages: an old way does it. */
const copyText = async (text: string): Promise<void> => {
  if (navigator.clipboard) return navigator.clipboard.writeText(text)
  const field = document.createElement('textarea')
  field.value = text
  document.body.append(field)
  field.select()
  document.execCommand('copy')
  field.remove()
}

/** Copies a text. @param label what is copied, when that is not clear from what stands next to it */
export const CopyButton = ({
  text,
  label,
  bare,
}: {
  readonly text: string
  readonly label?: string
  readonly bare?: boolean
}) => {
  const done = useSignal(false)
  const t = common()
  const name = label ?? t.copy
  const copy = async (): Promise<void> => {
    try {
      await copyText(text)
    } catch (error) {
      say(error instanceof Error ? error.message : String(error), 'bad')
      return
    }
    done.value = true
    say(t.copied, 'plain')
    setTimeout(() => (done.value = false), 1_500)
  }
  const icon = <Icon name={done.value ? 'check' : 'copy'} />
  return bare ? (
    <button type="button" class="icon-button small" aria-label={name} title={name} onClick={copy}>
      {icon}
    </button>
  ) : (
    <button type="button" class="button plain" onClick={copy}>
      {icon}
      <span>{name}</span>
    </button>
  )
}
