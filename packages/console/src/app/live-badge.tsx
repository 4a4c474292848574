import { liveState, lostSince } from '../data/live.ts'
import { clockTime } from '../data/time.ts'
import { Badge, type Tone } from '../ui/badge.tsx'
import { common } from '../words/common.ts'

const tones = { off: 'plain', connecting: 'busy', open: 'good', lost: 'bad' } satisfies Record<string, Tone>

/** Whether what is shown follows what happens. */
export const LiveBadge = () => {
  const t = common().live
  const state = liveState.value
  if (state === 'off') return null
  const text = state === 'lost' && lostSince.value ? t.lostSince(clockTime(lostSince.value)) : t[state]
  return (
    <div class="live" role="status">
      <Badge tone={tones[state]} title={text}>
        <span class="live-text">{text}</span>
      </Badge>
    </div>
  )
}
