import { useSignal } from '@preact/signals'
import { useAct } from '../../data/act.ts'
import { asDevice } from '../../data/api.ts'
import { number } from '../../data/time.ts'
import { Button } from '../../ui/button.tsx'
import { Failure } from '../../ui/failure.tsx'
import { bound, CheckField, SelectField, TextField } from '../../ui/field.tsx'
import { common } from '../../words/common.ts'
import { safetyWords } from './safety-words.ts'
import { type Limits, type LimitsFormProps, ownZone, SendLimits } from './send-limits.tsx'
import { deviceWords } from './words.ts'

type Curve = 'off' | 'careful' | 'normal' | 'own'

const shown = (value: number | null | undefined): string => (value === null || value === undefined ? '' : String(value))
const given = (text: string): number | null => (text === '' ? null : Number(text))

/** What the fields say, as signals. */
const useRules = ({ warm_up, daily_new_contacts, time_zone, chat_gap, wait_for_restrictions, auto_pause }: Limits) => ({
  curve: useSignal<Curve>(warm_up === null ? 'off' : Array.isArray(warm_up) ? 'own' : (warm_up as Curve)),
  own: useSignal(Array.isArray(warm_up) ? warm_up.join(', ') : '20, 30, 45, 70, 100'),
  people: useSignal(shown(daily_new_contacts)),
  zone: useSignal(time_zone ?? ownZone),
  least: useSignal(shown(chat_gap?.min_seconds)),
  most: useSignal(shown(chat_gap?.max_seconds)),
  waits: useSignal(wait_for_restrictions),
  danger: useSignal(auto_pause !== null && auto_pause.on_level !== null),
  ban: useSignal(auto_pause?.on_temporary_ban ?? false),
  refusals: useSignal(shown(auto_pause?.refusals_in_a_row)),
  resume: useSignal(shown(auto_pause?.resume_after_minutes)),
})

const RulesForm = ({ id, limits, refresh }: LimitsFormProps) => {
  const t = safetyWords()
  const rules = useRules(limits)
  const { act, running, error } = useAct()
  const save = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const { curve, own, people, zone, least, most, waits, danger, ban, refusals, resume } = rules
    const curves = {
      off: null,
      careful: 'careful',
      normal: 'normal',
      own: own.value.split(/[\s,;]+/).map(Number),
    } as const
    const pauses = danger.value || ban.value || refusals.value !== ''
    const body = {
      warm_up: curves[curve.value] as Limits['warm_up'],
      daily_new_contacts: given(people.value),
      time_zone: zone.value.trim() || null,
      chat_gap:
        least.value === '' && most.value === ''
          ? null
          : { min_seconds: Number(least.value || 0), max_seconds: Number(most.value || least.value) },
      wait_for_restrictions: waits.value,
      auto_pause: pauses
        ? {
            // A level that was set elsewhere stays.
            on_level: danger.value ? (limits.auto_pause?.on_level ?? ('danger' as const)) : null,
            on_temporary_ban: ban.value,
            refusals_in_a_row: given(refusals.value),
            resume_after_minutes: given(resume.value),
          }
        : null,
    }
    const saved = deviceWords().settings.saved
    if (await act(() => asDevice(id).messaging.setSendLimits({ body }), saved, { quiet: true })) await refresh()
  }
  const check = (field: 'waits' | 'danger' | 'ban') => ({
    checked: rules[field].value,
    onValue: (value: boolean) => {
      rules[field].value = value
    },
  })
  return (
    <form class="card stack" onSubmit={save}>
      <div class="two">
        <SelectField
          label={t.warmUp}
          value={rules.curve.value}
          options={(['off', 'careful', 'normal', 'own'] as const).map((each) => [each, t.curves[each]] as const)}
          onValue={(value) => {
            rules.curve.value = value
          }}
          help={limits.ceiling_today === null ? undefined : t.ceiling(number(limits.ceiling_today))}
        />
        {rules.curve.value === 'own' && <TextField label={t.ownCurve} {...bound(rules.own)} />}
      </div>
      <div class="two">
        <TextField label={t.newContacts} type="number" min="1" {...bound(rules.people)} />
        <TextField label={t.zone} {...bound(rules.zone)} />
      </div>
      <div class="two">
        <TextField label={t.gapLeast} type="number" min="0" max="300" step="any" {...bound(rules.least)} />
        <TextField label={t.gapMost} type="number" min="0" max="300" step="any" {...bound(rules.most)} />
      </div>
      <CheckField label={t.waits} {...check('waits')} />
      <CheckField label={t.pauseDanger} {...check('danger')} />
      <CheckField label={t.pauseBan} {...check('ban')} />
      <div class="two">
        <TextField label={t.refusals} type="number" min="1" {...bound(rules.refusals)} />
        <TextField label={t.resumeAfter} type="number" min="1" {...bound(rules.resume)} />
      </div>
      <Failure error={error.value} />
      <div>
        <Button type="submit" busy={running.value}>
          {common().save}
        </Button>
      </div>
    </form>
  )
}

/** What keeps a device from sending too much, to switch on and off. */
export const SafetyRules = ({ id }: { readonly id: string }) => (
  <SendLimits id={id} title={safetyWords().rules} form={RulesForm} />
)
