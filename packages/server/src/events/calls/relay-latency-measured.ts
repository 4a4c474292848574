import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { callExample, callFields, callOf } from './call-fields.ts'

export default defineEvent({
  name: 'call.relay_latency',
  group: 'Calls',
  summary: 'A side of a call says how far the relay is.',
  schema: z.object({ ...callFields, latency_ms: z.int().optional() }),
  example: { ...callExample, latency_ms: 42 },
  on: ['call'],
  repeats: 'Several times in a call.',
  from: (device, call) =>
    call.step === 'relay_latency' ? { ...callOf(device, call), latency_ms: call.latencyMs } : undefined,
})
