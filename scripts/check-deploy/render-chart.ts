import { type Outcome, runTool } from './tools.ts'

const chart = 'deploy/helm/switchboard'
/** What the schemas are for. */
export const kubernetes = '1.34.0'

const secrets = ['ADMIN_SECRET_KEY', 'JWT_SECRET_KEY', 'SWITCHBOARD_MASTER_KEY', 'WHATSAPP_DATASTORE_URI']
const small = secrets.map((name) => `secrets.${name}=given`)
const everything = ['nats.enabled=true', 'replicaCount=3', 'ingress.enabled=true', 'ingress.tlsSecret=tls']

/** What people install: one gateway, and everything that can be switched on. */
export const variants: Readonly<Record<string, readonly string[]>> = {
  'one gateway': small,
  'a cluster with everything': [
    ...small,
    ...everything,
    'trustedProxies=10.0.0.0/8',
    'publicUrl=https://wa.example.com',
  ],
  'a Secret of your own': ['existingSecret=own', 'storage.existingClaim=own', 'networkPolicy.enabled=false'],
}

/** What the chart refuses: it would not do what its reader expects. */
export const refused: Readonly<Record<string, readonly string[]>> = {
  'no secrets': [],
  'several gateways without NATS': [...small, 'replicaCount=2'],
  autoscaling: [...small, 'autoscaling.enabled=true'],
}

export const renderChart = (helm: string, settings: readonly string[]): Outcome =>
  runTool(helm, [
    ...['template', 'sample', chart, '--kube-version', kubernetes],
    ...settings.flatMap((setting) => ['--set', setting]),
  ])

export const lintChart = (helm: string): Outcome =>
  runTool(helm, ['lint', '--strict', chart, '--set', 'existingSecret=own'])
