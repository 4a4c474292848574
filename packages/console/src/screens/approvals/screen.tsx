import { place, setQuery } from '../../app/router.ts'
import { asDevice } from '../../data/api.ts'
import { useQuery } from '../../data/query.ts'
import { chosen } from '../../data/session.ts'
import { Empty } from '../../ui/empty.tsx'
import { Failure } from '../../ui/failure.tsx'
import { Page } from '../../ui/page.tsx'
import { Proposal } from './proposal.tsx'
import { approvalWords } from './words.ts'

const states = ['pending', 'approved', 'rejected', 'expired'] as const
const most = 50

const Approvals = () => {
  const t = approvalWords()
  const id = chosen.value.deviceId!
  const asked = place.value.query.get('show')
  const state = states.find((each) => each === asked) ?? 'pending'
  const { data, error, refresh } = useQuery(
    `approvals ${id} ${state}`,
    async (signal) => (await asDevice(id).approvals.list({ query: { state, limit: most }, signal })).approvals,
    { everyMs: 2_000 },
  )
  return (
    <Page title={t.title} lead={t.lead}>
      <fieldset class="chips">
        <legend class="visually-hidden">{t.show}</legend>
        {states.map((each) => (
          <button
            key={each}
            type="button"
            class="chip"
            aria-pressed={each === state}
            onClick={() => setQuery({ show: each === 'pending' ? undefined : each })}
          >
            {t.states[each]}
          </button>
        ))}
      </fieldset>
      <Failure error={error.value} onRetry={refresh} />
      {data.value?.length === 0 && (
        <Empty icon="check" title={state === 'pending' ? t.none : t.noneOfThese}>
          <p>{t.noneText}</p>
        </Empty>
      )}
      {data.value && data.value.length > 0 && (
        <ul class="approvals" aria-label={t.list}>
          {data.value.map((approval) => (
            <Proposal key={approval.approval_id} deviceId={id} approval={approval} refresh={refresh} />
          ))}
        </ul>
      )}
    </Page>
  )
}

export default Approvals
