import { NeedsScope } from '../../app/needs-scope.tsx'
import { href } from '../../app/router.ts'
import { useAct } from '../../data/act.ts'
import { asDevice } from '../../data/api.ts'
import { useQuery } from '../../data/query.ts'
import { number } from '../../data/time.ts'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Failure } from '../../ui/failure.tsx'
import { Section } from '../../ui/page.tsx'
import { Time } from '../../ui/time.tsx'
import { outboxWords } from '../outbox/words.ts'
import { SafetyRules } from './safety-rules.tsx'
import { safetyWords } from './safety-words.ts'
import type { TabProps } from './use-device.ts'

type Safety = Awaited<ReturnType<ReturnType<typeof asDevice>['safety']['get']>>

const tones = { ok: 'good', watch: 'warn', danger: 'bad' } as const satisfies Record<Safety['level'], Tone>

/** How the account is doing, what WhatsApp restricts, what waits because of that, and what is set to keep it from being banned. */
export const DeviceSafety = ({ device: { device_id: id } }: TabProps) => {
  const t = safetyWords()
  const { data, refresh, error } = useQuery(`safety ${id}`, (signal) => asDevice(id).safety.get({ signal }), {
    on: ['safety.*', 'account.*'],
    everyMs: 5_000,
  })
  const safety = data.value
  return (
    <>
      <Failure error={error.value} onRetry={refresh} />
      {safety && (
        <div class="settings">
          <Judged safety={safety} />
          <Waiting id={id} safety={safety} refresh={refresh} />
        </div>
      )}
      <NeedsScope scope="manage">
        <SafetyRules id={id} />
      </NeedsScope>
      <p class="quiet small">{t.noPromise}</p>
    </>
  )
}

const Judged = ({ safety: { level, score, reasons, restrictions } }: { readonly safety: Safety }) => {
  const t = safetyWords()
  return (
    <Section title={t.judged}>
      <div class="card stack">
        <div class="row">
          <Badge tone={tones[level]}>{t.levels[level]}</Badge>
          <span class="quiet">{t.score(number(score))}</span>
        </div>
        {reasons.length === 0 ? (
          <p>{t.noReasons}</p>
        ) : (
          <ul class="plain-list" aria-label={t.reasonsLabel}>
            {reasons.map(({ reason, weight, since, count }) => (
              <li key={reason}>
                {t.reasons[reason] ?? reason} <span class="quiet small">{t.of(number(weight), number(count))}</span>{' '}
                <span class="quiet small">
                  <Time at={since} as="relative" />
                </span>
              </li>
            ))}
          </ul>
        )}
        {restrictions.length > 0 && (
          <ul class="plain-list" aria-label={t.restrictionsLabel}>
            {restrictions.map(({ kind, since, until, ended_at, active }) => (
              <li key={`${kind} ${since}`}>
                <Badge tone={active ? 'bad' : 'plain'}>{t.kinds[kind]}</Badge>{' '}
                <span class="quiet small">
                  {active ? t.until : t.ended}{' '}
                  {active && until === null ? t.noEnd : <Time at={active ? until : (ended_at ?? until)} />}
                </span>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Section>
  )
}

interface WaitingProps {
  readonly id: string
  readonly safety: Safety
  readonly refresh: () => Promise<void>
}

const Waiting = ({ id, safety: { paused, held }, refresh }: WaitingProps) => {
  const t = safetyWords()
  const { act, running, error } = useAct()
  const device = asDevice(id).safety
  const turn = async (): Promise<void> => {
    const change = async (): Promise<void> => {
      await (paused ? device.resume() : device.pause({ body: {} }))
    }
    await act(change, paused ? t.resumed : t.pausedNow)
    await refresh()
  }
  return (
    <Section title={t.sending}>
      <div class="card stack">
        {paused ? (
          <p>
            <Badge tone="warn">{t.paused}</Badge> {t.pauses[paused.reason] ?? paused.reason}{' '}
            <span class="quiet small">
              {t.until} {paused.until === null ? t.somebody : <Time at={paused.until} />}
            </span>
          </p>
        ) : (
          <p>{t.notPaused}</p>
        )}
        {held.map(({ reason, messages }) => (
          <p key={reason}>
            <a href={href('outbox', { device: id })}>{t.wait(number(messages))}</a>{' '}
            <span class="quiet small">{outboxWords().reasons[reason] ?? reason}</span>
          </p>
        ))}
        <Failure error={error.value} />
        <NeedsScope scope="manage">
          <Button busy={running.value} onClick={() => void turn()}>
            {paused ? t.resume : t.pause}
          </Button>
        </NeedsScope>
      </div>
    </Section>
  )
}
