import { SwitchboardError } from '@switchboard/client'
import { NeedsScope } from '../../app/needs-scope.tsx'
import { asDevice } from '../../data/api.ts'
import { useQuery } from '../../data/query.ts'
import { chosen } from '../../data/session.ts'
import { Failure } from '../../ui/failure.tsx'
import { Page } from '../../ui/page.tsx'
import { Bridge } from './bridge.tsx'
import { SetUp } from './set-up.tsx'
import { chatwootWords } from './words.ts'

/** `null`: there is none. */
const readBridge = async (id: string, signal: AbortSignal) => {
  try {
    return await asDevice(id).integrations.getChatwoot({ signal })
  } catch (error) {
    if (error instanceof SwitchboardError && error.code === 'chatwoot_not_found') return null
    throw error
  }
}

const Chatwoot = () => {
  const t = chatwootWords()
  const id = chosen.value.deviceId!
  const { data, error, refresh } = useQuery(`chatwoot ${id}`, (signal) => readBridge(id, signal), { everyMs: 5_000 })
  return (
    <Page title={t.title} lead={t.lead}>
      <Failure error={error.value} onRetry={refresh} />
      {data.value === null && (
        <NeedsScope scope="admin">
          <SetUp key={id} id={id} refresh={refresh} />
        </NeedsScope>
      )}
      {data.value && <Bridge key={id} id={id} bridge={data.value} refresh={refresh} />}
    </Page>
  )
}

export default Chatwoot
