import { href } from '../../app/router.ts'
import { useAct } from '../../data/act.ts'
import { useQuery } from '../../data/query.ts'
import { session } from '../../data/session.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Failure } from '../../ui/failure.tsx'
import { askWorld, type Phone } from '../sandbox/world.ts'
import { pairWords } from './words.ts'

interface InSandboxProps {
  /** What the picture encodes. */
  readonly qr: string
  readonly refresh: () => Promise<void>
}

/** Phones of a sandbox have no camera: one scans at the press of a button, and the text can be copied for any other way. */
export const InSandbox = ({ qr, refresh }: InSandboxProps) => {
  const t = pairWords().sandbox
  return (
    <div class="note stack">
      <p>{t.text}</p>
      {session.value?.kind === 'operator' && <Phones qr={qr} refresh={refresh} />}
      <div>
        <CopyButton text={qr} label={t.copy} />
      </div>
    </div>
  )
}

const Phones = ({ qr, refresh }: InSandboxProps) => {
  const t = pairWords().sandbox
  const { data, error } = useQuery('phones', (signal) => askWorld<Phone[]>('GET', '/phones', { signal }))
  const { act, running, error: refused } = useAct()
  const scan = async (id: string): Promise<void> => {
    await act(() => askWorld('POST', `/phones/${id}/scan`, { body: { qr } }), undefined, { quiet: true })
    await refresh()
  }
  return (
    <>
      <Failure error={error.value ?? refused.value} />
      {data.value?.length === 0 && <a href={href('sandbox')}>{t.none}</a>}
      <div class="row">
        {data.value?.map(({ id, name, phone }) => (
          <Button key={id} look="main" busy={running.value} onClick={() => void scan(id)}>
            {t.scan(name || `+${phone}`)}
          </Button>
        ))}
      </div>
    </>
  )
}
