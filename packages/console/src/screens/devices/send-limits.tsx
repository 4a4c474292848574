import type { FunctionComponent } from 'preact'
import { asDevice } from '../../data/api.ts'
import { useQuery } from '../../data/query.ts'
import { Failure } from '../../ui/failure.tsx'
import { Section } from '../../ui/page.tsx'

export type Limits = Awaited<ReturnType<ReturnType<typeof asDevice>['messaging']['getSendLimits']>>

export interface LimitsFormProps {
  readonly id: string
  readonly limits: Limits
  readonly refresh: () => Promise<void>
}

interface SectionProps {
  readonly id: string
  readonly title: string
  readonly form: FunctionComponent<LimitsFormProps>
}

export const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone

/** The limits of a device in a form, which begins anew when they have changed. */
export const SendLimits = ({ id, title, form: Form }: SectionProps) => {
  const { data, refresh, error } = useQuery(`limits ${id}`, (signal) =>
    asDevice(id).messaging.getSendLimits({ signal }),
  )
  return (
    <Section title={title}>
      <Failure error={error.value} onRetry={refresh} />
      {data.value && <Form key={JSON.stringify(data.value)} id={id} limits={data.value} refresh={refresh} />}
    </Section>
  )
}
