import { defineOperation, RawAnswer } from '../../kit/define-operation.ts'

export default defineOperation({
  method: 'GET',
  path: '/metrics',
  auth: 'admin',
  summary: 'Numbers for Prometheus',
  description:
    'Text in Prometheus’ format, outside the envelope: sessions by state, reconnects, sends, what waits and for how long, webhooks, database, event loop, memory, times by operation. It needs the admin secret (a scrape job sends it with `http_headers`), because behind a proxy every caller looks local.',
  raw: { 'text/plain': 'Metrics in the text format of Prometheus' },
  async run({ metrics }) {
    return new RawAnswer('text/plain; version=0.0.4; charset=utf-8', await metrics.render())
  },
})
