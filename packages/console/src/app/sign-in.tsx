import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { useAct } from '../data/act.ts'
import { adviceOf } from '../data/failure.ts'
import { signIn } from '../data/sign-in.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { common } from '../words/common.ts'
import { Logo } from './logo.tsx'

/** One field for every kind of credential: the server tells which it is. */
export const SignIn = ({ ended }: { readonly ended: boolean }) => {
  const all = common()
  const t = all.signIn
  const value = useSignal('')
  const shown = useSignal(false)
  const empty = useSignal(false)
  const { act, running, error } = useAct()
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current?.focus(), [])
  useEffect(() => {
    document.title = `${t.title} · ${all.product}`
  }, [t])
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const credential = value.value.trim()
    empty.value = credential === ''
    if (!credential) field.current?.focus()
    else if (!(await act(() => signIn(credential), undefined, { quiet: true }))) field.current?.select()
  }
  const said = error.value === undefined ? undefined : adviceOf(error.value)
  const problem = empty.value ? t.empty : said && [said.text, said.hint].filter(Boolean).join(' ')
  return (
    <main class="sign-in">
      <form class="card stack" onSubmit={submit} noValidate>
        <div class="sign-in-head">
          <Logo />
          <h1>{t.title}</h1>
        </div>
        <p class="lead">{ended ? t.ended : t.lead}</p>
        <Field label={t.field} help={t.help} error={problem}>
          {(ties) => (
            <div class="with-button">
              <input
                {...ties}
                ref={field}
                type={(shown.value ? 'text' : 'password') as 'text'}
                name="credential"
                autocomplete="current-password"
                autocapitalize="off"
                spellcheck={false}
                onInput={(event) => {
                  value.value = event.currentTarget.value
                }}
              />
              <Button aria-pressed={shown.value} onClick={() => (shown.value = !shown.value)}>
                {shown.value ? t.hide : t.show}
              </Button>
            </div>
          )}
        </Field>
        <Button look="main" type="submit" busy={running.value}>
          {t.submit}
        </Button>
        <details class="small">
          <summary>{t.where}</summary>
          <ul>
            <li>{t.whereOperator}</li>
            <li>{t.whereCustomer}</li>
            <li>{t.whereAccess}</li>
            <li>{t.whereDevice}</li>
          </ul>
        </details>
      </form>
    </main>
  )
}
