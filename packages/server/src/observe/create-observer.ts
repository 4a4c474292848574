import type { SessionState } from '@switchboard/engine'
import type { Activity } from './activity.ts'
import type { RootLogger } from './logging.ts'
import type { Metrics } from './metrics.ts'
import type { DeliveryFacts, EndReport, Observer, SessionObserver, WebhookFacts } from './observer.ts'

const seconds = (ms: number): number => Math.round(ms / 1000)

/** The host alone: path and query may hold a secret. */
const hostOf = (url: string): string => URL.parse(url)?.host ?? 'unknown'

const facts = ({ device, webhook, url }: WebhookFacts) => ({ device, webhook, host: hostOf(url) })

const deliveryFacts = (delivery: DeliveryFacts) => {
  const { event, type, status, error } = delivery
  return { ...facts(delivery), event, type, ...(status !== null && { status }), ...(error !== null && { error }) }
}

const switchedOff = {
  gone: 'the webhook was switched off: its endpoint answered 410',
  failing: 'the webhook was switched off: it has failed for five days',
}

/** What an operator reads about the end of a connection, by the state it ended in. */
const endings: Partial<Record<SessionState['name'], string>> = {
  replaced: 'the connection was replaced: another program opened the same link',
  logged_out: 'the device was logged out: it must be linked again',
  banned: 'WhatsApp has banned this account',
  outdated: 'WhatsApp asks for a newer client version',
  blocked: 'WhatsApp refuses this account',
}

const endText = ({ end, openMs }: EndReport): string => {
  if (end.reason === 'ownership_lost') return 'another gateway works with this device now'
  const known = endings[end.name]
  if (known) return known
  if (end.reason === 'restart_required') return 'WhatsApp asks for a new connection'
  return openMs > 0 ? 'the connection ended' : 'the connection could not be made'
}

/** What a person must look at is a warning; what the gateway mends by itself is not. */
const endLevel = ({ end, next }: EndReport): 'debug' | 'info' | 'warn' => {
  if (end.reason === 'local') return 'debug'
  if (end.name === 'closed') return next === 'reconnect' || end.reason?.startsWith('pairing') ? 'info' : 'warn'
  if (end.name === 'passkey_failed') return 'info'
  return end.detail === 'requested' ? 'info' : 'warn'
}

const sessionObserver = (log: RootLogger, metrics: Metrics): SessionObserver => ({
  claimed: (device, epoch) => log.info({ device, epoch }, 'this gateway works with the device'),
  linked: (device, { jid, platform }, requestId) =>
    log.info(
      { device, account: jid, ...(platform && { platform }), ...(requestId && { requestId }) },
      'the device is linked',
    ),
  connected(device, afterMs, requestId) {
    metrics.connected(afterMs / 1000)
    log.info({ device, ms: Math.round(afterMs), ...(requestId && { requestId }) }, 'the device is connected')
  },
  ended(report) {
    const { device, end, openMs, next, retryAt, failures, requestId } = report
    const reason = end.reason ?? end.name
    metrics.connectionEnded(end.name, reason)
    if (next === 'reconnect') metrics.reconnecting(reason)
    const { code, detail, expiresAt } = end
    const line = {
      device,
      reason,
      ...(code !== undefined && { code }),
      ...(detail !== undefined && { detail }),
      ...(expiresAt !== undefined && { until: new Date(expiresAt).toISOString() }),
      ...(openMs > 0 && { openSeconds: seconds(openMs) }),
      next,
      ...(retryAt !== undefined && { retryAt: new Date(retryAt).toISOString() }),
      ...(failures > 0 && { failures }),
      ...(requestId && { requestId }),
    }
    log[endLevel(report)](line, endText(report))
  },
  silent(device, misses) {
    metrics.keepaliveMissed()
    log.warn({ device, misses }, 'WhatsApp does not answer on this connection')
  },
  heardAgain: (device) => log.info({ device }, 'WhatsApp answers again'),
})

/** Makes lines of the log, metrics and counts of the last hour of what the parts tell. */
export const createObserver = (log: RootLogger, metrics: Metrics, activity: Activity): Observer => {
  const sends = log.child({ part: 'messages' })
  const webhooks = log.child({ part: 'webhooks' })
  return {
    sessions: sessionObserver(log.child({ part: 'sessions' }), metrics),
    sends: {
      acknowledged: (took) => metrics.sendAcknowledged(took),
      held: (reason) => metrics.sendHeld(reason),
      ended({ outcome, ...send }) {
        metrics.sendEnded(outcome)
        activity.sendEnded(send.device, send.reason)
        if (outcome === 'sent') sends.debug({ ...send, outcome }, 'a message was sent')
        else sends.info({ ...send, outcome }, 'a message was not sent')
      },
    },
    webhooks: {
      attempted(owner, outcome, took) {
        metrics.webhookAttempted(outcome, took)
        activity.webhookAttempted(owner, outcome === 'delivered', took)
      },
      delivered(owner, lag) {
        metrics.webhookDelivered(lag)
        activity.webhookDelivered(owner, lag)
      },
      failing: (delivery) => webhooks.warn(deliveryFacts(delivery), 'the webhook fails'),
      recovered: (webhook, failedMs) =>
        webhooks.info({ ...facts(webhook), failedSeconds: seconds(failedMs) }, 'the webhook works again'),
      deadLetter({ attempts, ...delivery }) {
        metrics.deadLetter()
        webhooks.warn({ ...deliveryFacts(delivery), attempts }, 'the event became a dead letter')
      },
      disabled: (webhook, reason) => webhooks.error({ ...facts(webhook), reason }, switchedOff[reason]),
    },
  }
}
