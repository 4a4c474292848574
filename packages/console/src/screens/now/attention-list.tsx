import type { AttentionEntry } from '@switchboard/client'
import { href } from '../../app/router.ts'
import { Badge } from '../../ui/badge.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Time } from '../../ui/time.tsx'
import { nextWords, stateWords } from '../../words/states.ts'
import { NextStep } from '../devices/next-step.tsx'
import { nowWords } from './words.ts'

interface AttentionListProps {
  readonly attention: readonly AttentionEntry[]
  readonly hasDevices: boolean
}

/** What a person should look at, each with what to do next. */
export const AttentionList = ({ attention, hasDevices }: AttentionListProps) => {
  const t = nowWords()
  if (attention.length === 0)
    return (
      <Empty icon={hasDevices ? 'check' : 'phone'} title={hasDevices ? t.calm : t.first}>
        <p>{hasDevices ? t.calmText : t.firstText}</p>
      </Empty>
    )
  return (
    <ul class="now-attention">
      {attention.map((entry) => (
        <Entry key={`${entry.kind} ${entry.device_id ?? ''} ${entry.webhook_id ?? ''}`} entry={entry} />
      ))}
    </ul>
  )
}

const Entry = ({ entry }: { readonly entry: AttentionEntry }) => {
  const t = nowWords()
  const { kind, text, since, until, next_action: next, device_id: device } = entry
  const known: Readonly<Record<string, string>> = stateWords()
  const subject = [entry.device_name || device?.slice(0, 8), entry.webhook_host].filter(Boolean).join(' · ')
  return (
    <li class="card">
      <div class="row">
        <Badge tone={kind === 'replaced' || kind === 'outdated' ? 'warn' : 'bad'}>
          {known[kind] ?? kind.replaceAll('_', ' ')}
        </Badge>
        {subject && <strong dir="auto">{subject}</strong>}
        {entry.customer_name && (
          <span class="quiet" dir="auto">
            {entry.customer_name}
          </span>
        )}
        <span class="quiet small">
          {since && (
            <>
              {t.since} <Time at={since} />
            </>
          )}
          {until && (
            <>
              {' '}
              {t.until} <Time at={until} />
            </>
          )}
        </span>
      </div>
      <p>{text}</p>
      <p class="quiet">{device ? <NextStep id={device} next={next} /> : (nextWords()[next.code] ?? next.text)}</p>
      {device && (
        <p>
          <a href={href(['devices', device], { device })}>{t.device}</a>
        </p>
      )}
    </li>
  )
}
