import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

interface FieldProps {
  readonly label: string
  readonly help?: ComponentChildren
  /** Why the value is refused; shown in place of the help. */
  readonly error?: string | undefined
  /** Gets what ties it to the label and the help. */
  readonly children: (ties: FieldTies) => ComponentChildren
}

export interface FieldTies {
  readonly id: string
  readonly 'aria-describedby': string | undefined
  readonly 'aria-invalid': boolean | undefined
}

/** A label, something to fill in, and what is said about it. */
export const Field = ({ label, help, error, children }: FieldProps) => {
  const id = useId()
  const about = `${id}-about`
  const ties = { id, 'aria-describedby': help || error ? about : undefined, 'aria-invalid': error ? true : undefined }
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children(ties)}
      {(error || help) && (
        <p id={about} class={error ? 'field-error' : 'field-help'}>
          {error ?? help}
        </p>
      )}
    </div>
  )
}

/** What a line of text may say of itself, besides its label. */
interface LineProps {
  readonly type?:
    | 'text'
    | 'search'
    | 'tel'
    | 'url'
    | 'email'
    | 'number'
    | 'password'
    | 'date'
    | 'time'
    | 'datetime-local'
  readonly value: string
  readonly name?: string
  readonly placeholder?: string
  readonly required?: boolean
  readonly min?: string
  readonly max?: string
  readonly step?: string
  readonly maxLength?: number
  readonly inputMode?: 'url' | 'numeric' | 'tel'
  readonly autocomplete?: string
  readonly spellcheck?: boolean
  readonly disabled?: boolean
}

type TextFieldProps = Omit<FieldProps, 'children'> & LineProps & { readonly onValue: (value: string) => void }

/** A line of text. */
export const TextField = ({ label, help, error, onValue, type = 'text', ...rest }: TextFieldProps) => (
  <Field label={label} help={help} error={error}>
    {(ties) => (
      <input
        {...(rest as object)}
        {...ties}
        dir="auto"
        type={type as 'text'}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
    )}
  </Field>
)

/** Several lines of text. */
export const TextAreaField = ({
  label,
  help,
  error,
  onValue,
  ...rest
}: Omit<FieldProps, 'children'> &
  Omit<LineProps, 'type' | 'min' | 'max'> & { readonly rows?: number; readonly onValue: (value: string) => void }) => (
  <Field label={label} help={help} error={error}>
    {(ties) => (
      <textarea {...(rest as object)} {...ties} dir="auto" onInput={(event) => onValue(event.currentTarget.value)} />
    )}
  </Field>
)

/** Yes or no. */
export const CheckField = ({
  label,
  checked,
  onValue,
}: {
  readonly label: string
  readonly checked: boolean
  readonly onValue: (value: boolean) => void
}) => (
  <label class="check">
    <input type="checkbox" checked={checked} onChange={(event) => onValue(event.currentTarget.checked)} />
    {label}
  </label>
)

interface SelectFieldProps<Value extends string> extends Omit<FieldProps, 'children'> {
  readonly value: Value
  readonly options: readonly (readonly [value: Value, label: string])[]
  readonly onValue: (value: Value) => void
}

/** One of few. */
export const SelectField = <Value extends string>({
  label,
  help,
  error,
  value,
  options,
  onValue,
}: SelectFieldProps<Value>) => (
  <Field label={label} help={help} error={error}>
    {(ties) => (
      <select {...ties} value={value} onChange={(event) => onValue(event.currentTarget.value as Value)}>
        {options.map(([each, text]) => (
          <option key={each} value={each}>
            {text}
          </option>
        ))}
      </select>
    )}
  </Field>
)

/** What ties a line of text to a signal. @param then runs after each change */
export const bound = (signal: { value: string }, then?: () => void) => ({
  value: signal.value,
  onValue: (value: string) => {
    signal.value = value
    then?.()
  },
})
