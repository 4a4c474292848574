import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { parser } from '@prometheus-io/lezer-promql'
import { parse } from 'yaml'
import { startTestGateway, type TestGateway } from '../testing/start-test-gateway.ts'

const folder = path.join(import.meta.dirname, '../../../../deploy/monitoring')
const read = (file: string): string => readFileSync(path.join(folder, file), 'utf8')

interface Panel {
  readonly type: string
  readonly title: string
  readonly targets?: readonly { readonly expr: string }[]
}

/** What Grafana puts in place of its variables. */
const filledIn = (expr: string): string =>
  expr.replaceAll('$__rate_interval', '1m').replaceAll('$job', 'switchboard').replaceAll('$instance', '.*')

/** Names of metrics, and of labels beside each, in an expression. Fails when it is not PromQL. */
const selectorsOf = (expr: string): { metric: string; labels: string[] }[] => {
  const text = filledIn(expr)
  const found: { metric: string; labels: string[] }[] = []
  parser.parse(text).iterate({
    enter: ({ type, from, to, node }) => {
      assert.ok(!type.isError, `${expr}: not understood at "${text.slice(from)}"`)
      if (type.name !== 'VectorSelector') return
      const metric = node.getChild('Identifier')
      assert.ok(metric, `${expr}: "${text.slice(from, to)}" names no metric`)
      const labels: string[] = []
      node.cursor().iterate((inner) => {
        if (inner.type.name === 'LabelName') labels.push(text.slice(inner.from, inner.to))
      })
      found.push({ metric: text.slice(metric.from, metric.to), labels })
    },
  })
  return found
}

describe('what deploy/monitoring holds', () => {
  let gateway: TestGateway
  /** Name of each series → names of its labels. */
  const series = new Map<string, Set<string>>()

  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
    const { phone, api } = await gateway.linkDevice()
    await api.post(`/chats/${phone.id}/messages`, { text: 'to myself' })
    const { text } = await gateway.admin.call('GET', '/metrics')
    for (const [, name, kind] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
      const parts = kind === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']
      for (const part of parts) series.set(`${name}${part}`, new Set(['job', 'instance']))
    }
    for (const [, name, labels] of text.matchAll(/^(\w+)\{(.*)\} /gm)) {
      for (const [, label] of labels!.matchAll(/(\w+)="/g)) series.get(name!)!.add(label!)
    }
    series.set('up', new Set(['job', 'instance']))
  })
  after(() => gateway.stop())

  const isMeasured = (expr: string): void => {
    for (const { metric, labels } of selectorsOf(expr)) {
      const known = series.get(metric)
      assert.ok(known, `${expr}: a scrape holds no ${metric}`)
      // What has not happened yet has no labels to compare with.
      if (known.size > 2) for (const label of labels) assert.ok(known.has(label), `${expr}: ${metric} has no ${label}`)
    }
  }

  it('is a scrape job that sends the admin secret from a file', () => {
    const [job] = parse(read('prometheus.yml')).scrape_configs
    assert.deepEqual([job.job_name, job.metrics_path], ['switchboard', '/metrics'])
    assert.ok(job.http_headers['X-Admin-Secret'].files.length > 0)
  })

  it('is alert rules over what a scrape holds, each with a severity and words for whom it wakes', () => {
    assert.deepEqual(parse(read('prometheus.yml')).rule_files, ['alerts.yml'])
    const rules = parse(read('alerts.yml')).groups.flatMap((group: { rules: unknown[] }) => group.rules)
    assert.ok(rules.length > 15)
    for (const { alert, expr, labels, annotations } of rules) {
      assert.match(alert, /^Switchboard[A-Z]\w+$/)
      isMeasured(expr)
      assert.ok(['page', 'ticket'].includes(labels.severity), alert)
      assert.ok(annotations.summary, alert)
    }
    const names = rules.map(({ alert }: { alert: string }) => alert)
    assert.equal(new Set(names).size, names.length)
  })

  it('is a board over what a scrape holds, and shows every metric of the gateway', () => {
    const board = JSON.parse(read('grafana-dashboard.json'))
    const panels: Panel[] = board.panels
    const shown = new Set<string>()
    for (const { type, title, targets = [] } of panels) {
      assert.ok(type === 'row' || targets.length > 0, title)
      for (const { expr } of targets) {
        isMeasured(expr)
        for (const { metric } of selectorsOf(expr)) shown.add(metric.replace(/_(bucket|sum|count)$/, ''))
      }
    }
    for (const { expr } of board.annotations.list) isMeasured(expr)
    const own = [...series.keys()].map((name) => name.replace(/_(bucket|sum|count)$/, ''))
    const missing = [...new Set(own)].filter((name) => name.startsWith('switchboard_') && !shown.has(name))
    assert.deepEqual(missing, [])
  })

  it('finds a metric that does not exist, and what is not PromQL', () => {
    assert.throws(() => isMeasured('rate(switchboard_sent_total[5m])'), /holds no switchboard_sent_total/)
    assert.throws(() => isMeasured('sum(switchboard_sessions{colour="red"})'), /has no colour/)
    assert.throws(() => isMeasured('sum(switchboard_sessions'), /not understood/)
  })
})
