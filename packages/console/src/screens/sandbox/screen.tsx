import { useSignal } from '@preact/signals'
import { place, setQuery } from '../../app/router.ts'
import { useAct } from '../../data/act.ts'
import { useQuery } from '../../data/query.ts'
import { number } from '../../data/time.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog, FormFooter } from '../../ui/dialog.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Failure } from '../../ui/failure.tsx'
import { TextField } from '../../ui/field.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { PhonePane } from './phone-pane.tsx'
import { sandboxWords } from './words.ts'
import { askWorld, type Phone, type Unhandled } from './world.ts'

/** The phones that the address names, or the first two. */
const shownOf = (phones: readonly Phone[]): readonly string[] => {
  const asked = place.value.query.get('phones')?.split(',')
  const known = phones.filter(({ id }) => asked?.includes(id)).map(({ id }) => id)
  return asked ? known : phones.slice(0, 2).map(({ id }) => id)
}

const Sandbox = () => {
  const t = sandboxWords()
  const adding = useSignal(false)
  const { data, error, refresh } = useQuery('phones', (signal) => askWorld<Phone[]>('GET', '/phones', { signal }), {
    everyMs: 2_000,
  })
  const phones = data.value ?? []
  const shown = shownOf(phones)
  const toggle = (id: string): void => {
    const next = shown.includes(id) ? shown.filter((each) => each !== id) : [...shown, id]
    setQuery({ phones: next.join() })
  }
  const add = (
    <Button look="main" icon="plus" onClick={() => (adding.value = true)}>
      {t.add}
    </Button>
  )
  return (
    <Page title={t.title} lead={t.lead} actions={phones.length > 0 && add}>
      <Failure error={error.value} onRetry={refresh} />
      {data.value?.length === 0 && (
        <Empty icon="flask" title={t.none}>
          <p>{t.noneText}</p>
          {add}
        </Empty>
      )}
      {phones.length > 0 && (
        <fieldset class="chips">
          <legend class="visually-hidden">{t.shown}</legend>
          {phones.map(({ id, name, phone }) => (
            <button
              key={id}
              type="button"
              class="chip"
              dir="auto"
              aria-pressed={shown.includes(id)}
              onClick={() => toggle(id)}
            >
              {name || phone}
            </button>
          ))}
        </fieldset>
      )}
      <div class="sandbox-phones">
        {phones
          .filter(({ id }) => shown.includes(id))
          .map((phone) => (
            <PhonePane key={phone.id} phone={phone} others={phones.filter(({ id }) => id !== phone.id)} />
          ))}
      </div>
      {phones.length > 0 && <NotUnderstood />}
      {adding.value && (
        <AddPhone
          onClose={() => (adding.value = false)}
          onAdded={({ id }) => {
            adding.value = false
            setQuery({ phones: [...shown, id].join() })
            void refresh()
          }}
        />
      )}
    </Page>
  )
}

const NotUnderstood = () => {
  const t = sandboxWords()
  const { data, error } = useQuery('unhandled', (signal) => askWorld<Unhandled[]>('GET', '/unhandled', { signal }), {
    everyMs: 5_000,
  })
  return (
    <Section title={t.unhandled}>
      <p class="quiet">{t.unhandledText}</p>
      <Failure error={error.value} />
      {data.value?.length === 0 && <p>{t.nothingUnhandled}</p>}
      {data.value && data.value.length > 0 && (
        <ul>
          {data.value.map(({ what, count, device }) => (
            <li key={`${what} ${device}`}>
              <code>{what}</code> {t.times(number(count))} <span class="quiet small">{device}</span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

const AddPhone = ({ onClose, onAdded }: { readonly onClose: () => void; readonly onAdded: (phone: Phone) => void }) => {
  const t = sandboxWords()
  const name = useSignal('')
  const { act, running, error } = useAct()
  const add = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const body = { name: name.value.trim() }
    await act(async () => onAdded(await askWorld<Phone>('POST', '/phones', { body })), t.added, { quiet: true })
  }
  return (
    <Dialog title={t.add} onClose={onClose}>
      <form class="stack" onSubmit={add}>
        <TextField
          label={t.name}
          required
          maxLength={25}
          value={name.value}
          onValue={(text) => {
            name.value = text
          }}
        />
        <Failure error={error.value} />
        <FormFooter submit={t.submit} busy={running.value} onClose={onClose} />
      </form>
    </Dialog>
  )
}

export default Sandbox
